import CXPSNR
import Containers
import FoundationEssentials
import Testing

@testable import Media

struct SnapshotTests {
    private func snapshot(_ time: Double, _ xpsnr: Double) -> Snapshot {
        Snapshot(
            time: time, xpsnr: xpsnr, psnr: xpsnr, width: 2, height: 2, before: Data([1]), after: Data([2]),
            detail: nil)
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

    @Test("a gray ramp keeps its luma, in 8 and in 10 bits", arguments: [8, 10])
    func gray(depth: Int) throws {
        let size = Resolution(width: 16, height: 2)
        let scale = 1 << (depth - 8)
        let bytes = depth == 8 ? 1 : 2
        func plane(_ values: [Int], _ stride: Int) -> (UnsafeMutablePointer<UInt8>, reelpress_plane) {
            let start = UnsafeMutablePointer<UInt8>.allocate(capacity: values.count * bytes)
            for (index, value) in values.enumerated() {
                start[index * bytes] = UInt8(value * (bytes == 1 ? 1 : scale) & 255)
                if bytes == 2 { start[index * 2 + 1] = UInt8((value * scale) >> 8) }
            }
            return (start, reelpress_plane(start: start, stride: stride * bytes, bytes_per_sample: Int32(bytes)))
        }
        let ramp = (0..<32).map { 16 + ($0 % 16) * 219 / 15 }
        let middle = [Int](repeating: 128, count: 8)
        let planes = [plane(ramp, 16), plane(middle, 8), plane(middle, 8)]
        defer { for plane in planes { plane.0.deallocate() } }
        let color = try JSONDecoder().decode(
            ColorDescription.self, from: Data(#"{"primaries":1,"transfer":1,"matrix":1}"#.utf8))
        let converter = StillConverter(color, size: size, bitDepth: depth)
        let all = StillArea(x: 0, y: 0, width: 16, height: 2)
        let image = converter.image(
            Still(XPSNR.Planes(luma: planes[0].1, cb: planes[1].1, cr: planes[2].1), all, width: 1280))
        #expect((image.width, image.height) == (16, 2))
        #expect(image.luma.first == 0 && image.luma[15] == 255)
        #expect(image.cb.allSatisfy { abs(Int($0) - 128) <= 1 } && image.cr.allSatisfy { abs(Int($0) - 128) <= 1 })
    }

    @Test("a still's samples are the means of their cells, at any size, in 8 and in 10 bits", arguments: [8, 10])
    func means(depth: Int) {
        let (width, height, bytes) = (34, 14, depth == 8 ? 1 : 2)
        let values = (0..<width * height).map { ($0 * 7919 + $0 / width * 31) % (1 << depth) }
        let samples = values.flatMap { bytes == 1 ? [UInt8($0)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
        let area = StillArea(x: 4, y: 2, width: 26, height: 10)
        samples.withUnsafeBufferPointer { samples in
            let plane = reelpress_plane(
                start: samples.baseAddress, stride: width * bytes, bytes_per_sample: Int32(bytes))
            for target in [26, 20, 13, 7, 1] {
                let still = Still(XPSNR.Planes(luma: plane, cb: plane, cr: plane), area, width: target)
                #expect(still.width == target && still.height == max(1, 10 * target / 26))
                for y in 0..<still.height {
                    let rows = (y * 10 / still.height)..<((y + 1) * 10 / still.height)
                    let means = (0..<target).map { x in
                        let cell = rows.flatMap { row in
                            ((x * 26 / target)..<((x + 1) * 26 / target)).map { values[(row + 2) * width + $0 + 4] }
                        }
                        return Float((cell.reduce(0, +) + cell.count / 2) / cell.count)
                    }
                    #expect(still.luma.row(y) == means)
                }
            }
        }
    }
}
