import CXPSNR
import Containers
import Glibc

/// The samples of a still image as JPEG has them: three planes of one size, BT.601, full range.
struct StillSamples: Sendable {
    let width: Int
    let height: Int
    var luma: [UInt8]
    var cb: [UInt8]
    var cr: [UInt8]

    /// The same image, scaled down to fit into a size.
    func fitted(into size: Resolution) -> StillSamples {
        let share = min(1, min(Double(size.width) / Double(width), Double(size.height) / Double(height)))
        let (columns, rows) = (max(1, Int(Double(width) * share)), max(1, Int(Double(height) * share)))
        func span(_ place: Int, of count: Int, in length: Int) -> Range<Int> {
            let start = place * length / count
            return start..<max(start + 1, (place + 1) * length / count)
        }
        func scaled(_ plane: [UInt8]) -> [UInt8] {
            (0..<rows * columns).map { index in
                let across = span(index % columns, of: columns, in: width)
                let down = span(index / columns, of: rows, in: height)
                let sum = down.reduce(0) { sum, y in across.reduce(sum) { $0 + Int(plane[y * width + $1]) } }
                return UInt8(sum / (across.count * down.count))
            }
        }
        return StillSamples(width: columns, height: rows, luma: scaled(luma), cb: scaled(cb), cr: scaled(cr))
    }
}

/// Turns stills into images for people: in JPEG's colours, and HDR as a screen without it can show it.
///
/// Source: ITU-T H.273 (matrices), BT.2100 (PQ, HLG), BT.2087 (BT.2020 to BT.709), IEC 61966-2-1 (sRGB); E. Reinhard and
/// others, "Photographic Tone Reproduction for Digital Images" (2002), equation 4.
struct StillConverter: Sendable {
    private let matrix: (red: Float, greenCr: Float, greenCb: Float, blue: Float)
    private let depth: Int
    private let isFullRange: Bool
    /// Linear light by code value, relative to SDR's white; empty for SDR. Of HLG it is the scene's.
    private let linear: [Float]
    /// HLG: by how much a display shows light of a luminance brighter than it is in the scene; empty otherwise.
    private let systemGain: [Float]
    /// Values of sRGB by the square root of linear light, whose steps are even to the eye; empty for SDR.
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
        systemGain = color.transfer == 18 ? (0...Self.steps).map { Self.systemGain($0) } : []
        display = linear.isEmpty ? [] : (0...Self.steps).map { Self.displayValue($0) }
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
                return peak * scene
            }
        default: return []
        }
    }

    /// The value of sRGB at a step of the table.
    private static func displayValue(_ step: Int) -> Float {
        let root = Double(step) / Double(steps)
        let light = root * root
        return Float(light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055)
    }

    /// BT.2100's system gamma of a display of 1000 nits, of the luminance: each colour by itself would be more
    /// saturated.
    private static func systemGain(_ step: Int) -> Float { Float(pow(Double(step) / Double(steps), 0.2)) }

    /// Colours as JPEG has them.
    func image(_ still: Still) -> StillSamples {
        let (width, height) = (still.width, still.height)
        var image = StillSamples(
            width: width, height: height, luma: .init(repeating: 0, count: width * height),
            cb: .init(repeating: 0, count: width * height), cr: .init(repeating: 0, count: width * height))
        let scale = Float(1 << (depth - 8))
        let full = Float((1 << depth) - 1)
        let (black, lumaRange) = isFullRange ? (0, full) : (16 * scale, 219 * scale)
        let (middle, chromaRange) = (128 * scale, isFullRange ? full : 224 * scale)
        if linear.isEmpty {
            convert(
                still, into: &image,
                reelpress_matrix(
                    black: black, luma_range: lumaRange, middle: middle, chroma_range: chromaRange, red: matrix.red,
                    green_cr: matrix.greenCr, green_cb: matrix.greenCb, blue: matrix.blue))
            return image
        }
        for row in 0..<height {
            let luma = still.luma.row(row)
            let (cbRow, crRow) = (still.cb.row(row / 2), still.cr.row(row / 2))
            for column in 0..<width {
                let y = (luma[column] - black) / lumaRange
                let cb = (cbRow[column / 2] - middle) / chromaRange
                let cr = (crRow[column / 2] - middle) / chromaRange
                let index = row * width + column
                (image.luma[index], image.cb[index], image.cr[index]) = pixel(y, cb, cr)
            }
        }
        return image
    }

    private func convert(_ still: Still, into image: inout StillSamples, _ matrix: reelpress_matrix) {
        let width = still.width
        var parts = [Float](repeating: 0, count: 3 * (width + 1))
        image.luma.withUnsafeMutableBufferPointer { luma in
            image.cb.withUnsafeMutableBufferPointer { cb in
                image.cr.withUnsafeMutableBufferPointer { cr in
                    guard let y = luma.baseAddress, let u = cb.baseAddress, let v = cr.baseAddress else { return }
                    for row in 0..<still.height {
                        let place = row * width
                        still.luma.withRow(row) { samples, bytes in
                            still.cb.withRow(row / 2) { cb, _ in
                                still.cr.withRow(row / 2) { cr, _ in
                                    reelpress_jpeg_colors(
                                        samples, cb, cr, Int32(bytes), Int32(width), matrix, &parts, y + place,
                                        u + place, v + place)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// - Parameters:
    ///   - y: 0 to 1.
    ///   - cb: -0.5 to 0.5, as `cr`.
    private func pixel(_ y: Float, _ cb: Float, _ cr: Float) -> (UInt8, UInt8, UInt8) {
        var (r, g, b) = (
            y + matrix.red * cr, y - matrix.greenCr * cr - matrix.greenCb * cb, y + matrix.blue * cb
        )
        (r, g, b) = toneMapped(r, g, b)
        (r, g, b) = (min(1, max(0, r)), min(1, max(0, g)), min(1, max(0, b)))
        let gray = 0.299 * r + 0.587 * g + 0.114 * b
        return (byte(gray), byte((b - gray) / 1.772 + 128 / 255), byte((r - gray) / 1.402 + 128 / 255))
    }

    private func byte(_ value: Float) -> UInt8 { UInt8(min(255, max(0, value * 255 + 0.5))) }

    private func toneMapped(_ r: Float, _ g: Float, _ b: Float) -> (Float, Float, Float) {
        func light(_ value: Float) -> Float { linear[Int(min(1, max(0, value)) * Float(Self.steps) + 0.5)] }
        var (r, g, b) = (light(r), light(g), light(b))
        if !systemGain.isEmpty {
            let luminance = (0.2627 * r + 0.6780 * g + 0.0593 * b) * Float(Self.white / Self.peak)
            let gain = systemGain[Int(min(1, luminance) * Float(Self.steps) + 0.5)]
            (r, g, b) = (r * gain, g * gain, b * gain)
        }
        let brightest = max(r, max(g, b))
        let peak = Float(Self.peak / Self.white)
        let factor = (1 + brightest / (peak * peak)) / (1 + brightest)
        func shown(_ value: Float) -> Float {
            display[Int(min(1, max(0, value * factor)).squareRoot() * Float(Self.steps) + 0.5)]
        }
        return (
            shown(1.6605 * r - 0.5876 * g - 0.0728 * b), shown(-0.1246 * r + 1.1329 * g - 0.0083 * b),
            shown(-0.0182 * r - 0.1006 * g + 1.1187 * b)
        )
    }
}
