import Testing

@testable import Media

@Suite("Retained ranges") struct RetainedRangesTests {
    private let data = [UInt8](0..<200)

    private func take(_ kept: inout RetainedRanges, _ range: Range<Int>) {
        data[range].withUnsafeBytes { kept.take($0, at: UInt64(range.lowerBound)) }
    }

    private func shown(_ kept: RetainedRanges) -> [ClosedRange<UInt8>] {
        kept.runs(movedBy: 0).filter { !$0.bytes.isEmpty }.map { run in
            #expect(run.bytes == Array(data[Int(run.offset)..<Int(run.end)]))
            return run.bytes[0]...run.bytes[run.bytes.count - 1]
        }
    }

    @Test("The requested bytes are kept and no more") func requested() {
        var kept = RetainedRanges()
        take(&kept, 0..<10)
        kept.keep(15, from: 10)
        take(&kept, 10..<20)
        take(&kept, 20..<40)
        kept.keep(5, from: 40, for: .init(keyframe: 0, step: 1))
        take(&kept, 40..<60)
        kept.keep(nil, from: 60)
        take(&kept, 60..<200)
        #expect(shown(kept) == [10...24, 40...44, 60...199])
    }

    @Test("A range that begins inside another extends it") func overlapping() {
        var kept = RetainedRanges()
        kept.keep(30, from: 0)
        take(&kept, 0..<20)
        kept.keep(30, from: 20, for: .init(keyframe: 0, step: 1))
        take(&kept, 20..<100)
        #expect(shown(kept) == [0...49])
    }

    @Test("Keyframes that are no samples any more are dropped") func dropped() {
        var kept = RetainedRanges()
        kept.keep(5, from: 0)
        take(&kept, 0..<10)
        for keyframe in 0..<4 {
            kept.keep(5, from: UInt64(10 + keyframe * 10), for: .init(keyframe: keyframe, step: 1))
            take(&kept, 10 + keyframe * 10..<20 + keyframe * 10)
        }
        kept.keep(5, from: 50, for: .init(keyframe: 4, step: 2))
        take(&kept, 50..<60)
        #expect(shown(kept) == [0...4, 10...14, 30...34, 50...54])
    }

    @Test("Ranges move with the space before them") func moved() {
        var kept = RetainedRanges()
        kept.keep(5, from: 10)
        take(&kept, 10..<20)
        #expect(kept.runs(movedBy: 1000).map(\.offset) == [1010])
    }
}
