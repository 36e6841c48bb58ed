import CXPSNR
import Containers
import Glibc

/// A part of a frame.
struct StillArea: Sendable, Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
}

/// The samples of a still image as JPEG has them: three planes of one size, BT.601, full range.
struct StillSamples: Sendable {
    let width: Int
    let height: Int
    var luma: [UInt8]
    var cb: [UInt8]
    var cr: [UInt8]
}

/// Turns frames into images for people: scaled down, in JPEG's colours, and HDR as a screen without it can show it.
///
/// Source: ITU-T H.273 (matrices), BT.2100 (PQ, HLG), BT.2087 (BT.2020 to BT.709); E. Reinhard and others,
/// "Photographic Tone Reproduction for Digital Images" (2002), equation 4.
struct StillConverter: Sendable {
    private let matrix: (red: Float, greenCr: Float, greenCb: Float, blue: Float)
    private let depth: Int
    private let isFullRange: Bool
    /// Linear light by code value, relative to SDR's white; empty for SDR.
    private let linear: [Float]
    /// Code values of SDR by linear light.
    private let display: [Float]

    private static let steps = 4096
    /// Nits of SDR's white in HDR (BT.2408), and of the brightest that is told apart.
    private static let white = 203.0
    private static let peak = 1000.0

    init(_ color: ColorDescription, size: Resolution, bitDepth: Int) {
        depth = bitDepth
        isFullRange = color.isFullRange ?? false
        let (kr, kb) = Self.weights(color.matrix, size)
        let kg = 1 - kr - kb
        matrix = (2 * (1 - kr), 2 * kr * (1 - kr) / kg, 2 * kb * (1 - kb) / kg, 2 * (1 - kb))
        linear = Self.linearLight(color.transfer)
        display = linear.isEmpty ? [] : (0...Self.steps).map { Float(pow(Double($0) / Double(Self.steps), 1 / 2.2)) }
    }

    /// The luma weights of red and blue.
    private static func weights(_ matrix: Int, _ size: Resolution) -> (Float, Float) {
        switch matrix {
        case 1: (0.2126, 0.0722)
        case 4: (0.30, 0.11)
        case 5, 6: (0.299, 0.114)
        case 7: (0.212, 0.087)
        case 9, 10: (0.2627, 0.0593)
        // As players guess.
        default: size.height > 576 ? (0.2126, 0.0722) : (0.299, 0.114)
        }
    }

    private static func linearLight(_ transfer: Int) -> [Float] {
        func table(_ light: (Double) -> Double) -> [Float] {
            (0...steps).map { Float(light(Double($0) / Double(steps)) / white) }
        }
        switch transfer {
        case 16:
            return table { value in
                let power = pow(value, 1 / 78.84375)
                return 10000 * pow(max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power), 1 / 0.1593017578125)
            }
        case 18:
            return table { value in
                let scene =
                    value <= 0.5 ? value * value / 3 : (exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
                return peak * pow(scene, 1.2)
            }
        default: return []
        }
    }

    /// - Parameters:
    ///   - area: even, inside the frame.
    ///   - width: of the image; not above the area's.
    func image(_ planes: XPSNR.Planes, _ area: StillArea, width: Int) -> StillSamples {
        let width = max(1, min(width, area.width))
        let height = max(1, area.height * width / area.width)
        var image = StillSamples(
            width: width, height: height, luma: .init(repeating: 0, count: width * height),
            cb: .init(repeating: 0, count: width * height), cr: .init(repeating: 0, count: width * height))
        for row in 0..<height {
            for column in 0..<width {
                let cell = cell(area, column, row, width, height)
                let pixel = pixel(planes, cell)
                let index = row * width + column
                (image.luma[index], image.cb[index], image.cr[index]) = pixel
            }
        }
        return image
    }

    /// The part of a frame that one pixel of an image shows.
    private func cell(_ area: StillArea, _ column: Int, _ row: Int, _ width: Int, _ height: Int) -> StillArea {
        let (x, y) = (column * area.width / width, row * area.height / height)
        return StillArea(
            x: area.x + x, y: area.y + y, width: max(1, (column + 1) * area.width / width - x),
            height: max(1, (row + 1) * area.height / height - y))
    }

    private func pixel(_ planes: XPSNR.Planes, _ cell: StillArea) -> (UInt8, UInt8, UInt8) {
        let half = StillArea(x: cell.x / 2, y: cell.y / 2, width: (cell.width + 1) / 2, height: (cell.height + 1) / 2)
        let scale = Float(1 << (depth - 8))
        let full = Float((1 << depth) - 1)
        let middle = 128 * scale
        let luma = mean(planes.luma, cell)
        let y = isFullRange ? luma / full : (luma - 16 * scale) / (219 * scale)
        let range = isFullRange ? full : 224 * scale
        let (cb, cr) = ((mean(planes.cb, half) - middle) / range, (mean(planes.cr, half) - middle) / range)
        var (r, g, b) = (
            y + matrix.red * cr, y - matrix.greenCr * cr - matrix.greenCb * cb, y + matrix.blue * cb
        )
        if !linear.isEmpty { (r, g, b) = toneMapped(r, g, b) }
        (r, g, b) = (min(1, max(0, r)), min(1, max(0, g)), min(1, max(0, b)))
        let gray = 0.299 * r + 0.587 * g + 0.114 * b
        return (byte(gray), byte((b - gray) / 1.772 + 128 / 255), byte((r - gray) / 1.402 + 128 / 255))
    }

    private func byte(_ value: Float) -> UInt8 { UInt8(min(255, max(0, value * 255 + 0.5))) }

    private func mean(_ plane: reelpress_plane, _ cell: StillArea) -> Float {
        guard let start = plane.start else { return 0 }
        var sum = 0
        for y in cell.y..<(cell.y + cell.height) {
            let row = start + y * plane.stride
            for x in cell.x..<(cell.x + cell.width) {
                sum +=
                    plane.bytes_per_sample == 1
                    ? Int(row[x]) : Int(row[2 * x]) | Int(row[2 * x + 1]) << 8
            }
        }
        return Float(sum) / Float(cell.width * cell.height)
    }

    private func toneMapped(_ r: Float, _ g: Float, _ b: Float) -> (Float, Float, Float) {
        func light(_ value: Float) -> Float { linear[Int(min(1, max(0, value)) * Float(Self.steps) + 0.5)] }
        let (r, g, b) = (light(r), light(g), light(b))
        let brightest = max(r, max(g, b))
        let peak = Float(Self.peak / Self.white)
        let factor = (1 + brightest / (peak * peak)) / (1 + brightest)
        func shown(_ value: Float) -> Float {
            display[Int(min(1, max(0, value * factor)) * Float(Self.steps) + 0.5)]
        }
        return (
            shown(1.6605 * r - 0.5876 * g - 0.0728 * b), shown(-0.1246 * r + 1.1329 * g - 0.0083 * b),
            shown(-0.0182 * r - 0.1006 * g + 1.1187 * b)
        )
    }
}
