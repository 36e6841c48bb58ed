import CXPSNR
import Containers
import FoundationEssentials
import Glibc
import Testing

@testable import Media

/// Images of frames whose values are known.
struct StillConverterTests {
    /// Colours between 0 and 1, or in nits.
    struct Colour: CustomStringConvertible, Sendable {
        var red: Double
        var green: Double
        var blue: Double

        init(_ red: Double, _ green: Double, _ blue: Double) { (self.red, self.green, self.blue) = (red, green, blue) }

        init(gray: Double) { self.init(gray, gray, gray) }

        var description: String { "\(red) \(green) \(blue)" }

        func map(_ change: (Double) -> Double) -> Colour { Colour(change(red), change(green), change(blue)) }

        static func * (matrix: [[Double]], colour: Colour) -> Colour {
            func row(_ row: [Double]) -> Double { row[0] * colour.red + row[1] * colour.green + row[2] * colour.blue }
            return Colour(row(matrix[0]), row(matrix[1]), row(matrix[2]))
        }
    }

    /// Nits, which the two curves of BT.2100 code.
    private static let patches =
        [0, 0.05, 0.5, 5, 26, 100, 203, 400, 1000].map(Colour.init(gray:))
        + [Colour(203, 20, 20), Colour(10, 100, 30), Colour(5, 10, 180), Colour(600, 500, 80), Colour(90, 60, 45)]

    @Test("PQ is shown as its formula says", arguments: patches)
    func pq(nits: Colour) throws {
        let (m1, m2) = (2610.0 / 16384, 2523.0 / 4096 * 128)
        let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32)
        let coded = nits.map { light in
            let power = pow(light / 10000, m1)
            return pow((c1 + c2 * power) / (1 + c3 * power), m2)
        }
        expect(try shown(coded, transfer: 16), toneMapped(nits))
    }

    @Test("HLG is shown as its formula says", arguments: patches)
    func hlg(nits: Colour) throws {
        // The scene of which a display of 1000 nits makes this.
        let luminance = (0.2627 * nits.red + 0.6780 * nits.green + 0.0593 * nits.blue) / 1000
        let scene = nits.map { luminance > 0 ? $0 / 1000 / pow(luminance, 0.2 / 1.2) : 0 }
        let a = 0.17883277
        let (b, c) = (1 - 4 * a, 0.5 - a * log(4 * a))
        let coded = scene.map { $0 <= 1.0 / 12 ? sqrt(3 * $0) : a * log(12 * $0 - b) + c }
        expect(try shown(coded, transfer: 18), toneMapped(nits))
    }

    @Test("SDR keeps its colours")
    func sdr() throws {
        let shares = [0, 0.1, 0.5, 0.9, 1]
        for red in shares {
            for green in shares {
                for blue in shares {
                    let coded = Colour(red, green, blue)
                    expect(try shown(coded, transfer: 1), coded.map { $0 * 255 })
                }
            }
        }
    }

    @Test("brighter patches are shown brighter, up to 1000 nits as white", arguments: [16, 18])
    func order(transfer: Int) throws {
        let grays = try (0...64).map { try shown(Colour(gray: Double($0) / 64), transfer: transfer).green }
        #expect(zip(grays, grays.dropFirst()).allSatisfy { $0 <= $1 } && grays.first == 0 && grays.last == 255)
    }

    /// Light of a display as sRGB of 8 bits: a white of 203 nits, Reinhard's curve up to 1000 nits, the colours of BT.2020
    /// by way of CIE XYZ.
    private func toneMapped(_ nits: Colour) -> Colour {
        let brightest = max(nits.red, nits.green, nits.blue) / 203
        let share = (1 + brightest * pow(203.0 / 1000, 2)) / (1 + brightest)
        let xyz =
            [[0.636958, 0.144617, 0.168881], [0.262700, 0.677998, 0.059302], [0, 0.028073, 1.060985]]
            * nits.map { $0 / 203 * share }
        let linear =
            [[3.240970, -1.537383, -0.498611], [-0.969244, 1.875968, 0.041555], [0.055630, -0.203977, 1.056972]] * xyz
        return linear.map { value in
            let light = min(1, max(0, value))
            return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055)
        }
    }

    /// The rounding of ten bits, of the tables and of a JPEG's chroma.
    private func expect(_ found: Colour, _ expected: Colour) {
        let off = [found.red - expected.red, found.green - expected.green, found.blue - expected.blue]
        #expect(off.allSatisfy { abs($0) <= 3 }, "\(found), not \(expected)")
    }

    /// What an image shows of a patch of this coded colour: sRGB of 8 bits.
    private func shown(_ coded: Colour, transfer: Int) throws -> Colour {
        let luma = 0.2627 * coded.red + 0.6780 * coded.green + 0.0593 * coded.blue
        let (cb, cr) = ((coded.blue - luma) / 1.8814, (coded.red - luma) / 1.4746)
        func code(_ value: Double) -> UInt16 { UInt16(value.rounded()) }
        let planes = [code(64 + 876 * luma), code(512 + 896 * cb), code(512 + 896 * cr)]
            .map { [UInt16](repeating: $0, count: 4) }
        let color = try JSONDecoder().decode(
            ColorDescription.self, from: Data("{\"primaries\":9,\"transfer\":\(transfer),\"matrix\":9}".utf8))
        let converter = StillConverter(color, size: Resolution(width: 2, height: 2), bitDepth: 10)
        let all = StillArea(x: 0, y: 0, width: 2, height: 2)
        let image = planes[0].withUnsafeBytes { luma in
            planes[1].withUnsafeBytes { cb in
                planes[2].withUnsafeBytes { cr in
                    let made = [luma, cb, cr].map {
                        reelpress_plane(
                            start: $0.bindMemory(to: UInt8.self).baseAddress, stride: 4, bytes_per_sample: 2)
                    }
                    return converter.image(
                        Still(XPSNR.Planes(luma: made[0], cb: made[1], cr: made[2]), all, width: 2))
                }
            }
        }
        let (y, u, v) = (Double(image.luma[0]), Double(image.cb[0]) - 128, Double(image.cr[0]) - 128)
        return Colour(y + 1.402 * v, y - 0.344136 * u - 0.714136 * v, y + 1.772 * u).map { min(255, max(0, $0)) }
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
}
