import FoundationEssentials
import Testing

@testable import Media

struct SnapshotTests {
    private func snapshot(_ time: Double, _ xpsnr: Double) -> Snapshot {
        Snapshot(
            time: time, xpsnr: xpsnr, psnr: xpsnr, width: 2, height: 2, before: Data([1]), after: Data([2]),
            detail: nil, thumbnail: Data([3]))
    }

    private func snapshots(_ values: [(time: Double, xpsnr: Double)]) -> Snapshots {
        var found = Snapshots()
        found.others = values.map { snapshot($0.time, $0.xpsnr) }
        if let worst = values.min(by: { $0.xpsnr < $1.xpsnr }) { found.add(worst: snapshot(worst.time, worst.xpsnr)) }
        return found
    }

    @Test("those of chunks add up to a few, far from each other, and to the worst of all") func sum() {
        let chunks = (0..<40).map { snapshots([(Double($0 * 10), 40 - Double($0 % 7))]) }
        let sum = chunks.dropFirst().reduce(chunks[0], +)
        #expect(sum.worst?.xpsnr == 34 && sum.worst?.time == 60)
        #expect(sum.others.count == Snapshots.limit && sum.others.map(\.time) == sum.others.map(\.time).sorted())
        #expect(sum.others.first?.time == 0 && sum.others.last?.time == 390)
    }
}
