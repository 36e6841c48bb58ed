import CXPSNR
import Testing

@testable import Media

struct StillTests {
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
