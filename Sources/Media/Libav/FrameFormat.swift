import CFFmpeg
public import Containers

/// What a picture's samples mean: size, sample layout and colour.
public struct FrameFormat: Sendable, Hashable, Codable {
    /// Luma samples a row and rows, as stored (before rotation and sample aspect ratio).
    public var size: Resolution
    /// Width over height of one sample; 0/1 if unknown.
    public var sampleAspectRatio: Rational
    /// ITU-T H.273 code points, as libavutil numbers them.
    public var color: ColorDescription

    /// An AVPixelFormat, as libavutil numbers it.
    private let pixelFormatNumber: Int32

    init(of frame: AVFrame) {
        size = Resolution(width: Int(frame.width), height: Int(frame.height))
        sampleAspectRatio = Rational(frame.sample_aspect_ratio)
        color = ColorDescription(of: frame)
        pixelFormatNumber = frame.format
    }

    var pixelFormat: AVPixelFormat { AVPixelFormat(pixelFormatNumber) }

    /// libavutil's name of the pixel format, such as `yuv420p10le`.
    public var pixelFormatName: String { Media.pixelFormatName(pixelFormat) }

    /// Bits a sample of the deepest component.
    public var bitDepth: Int { Media.bitDepth(of: pixelFormat) }
}

/// Colour as ITU-T H.273 describes it; 2 is "unspecified" in the three code points.
public struct ColorDescription: Sendable, Hashable, Codable {
    public var primaries: Int
    public var transfer: Int
    public var matrix: Int
    /// Whether samples use the full range (JPEG) and not the limited one (MPEG); nil if the source doesn't say.
    public var isFullRange: Bool?
    /// `chroma_sample_loc_type` of ITU-T H.265; nil if the source doesn't say.
    public var chromaLocation: Int?

    init(of frame: AVFrame) {
        primaries = Int(frame.color_primaries.rawValue)
        transfer = Int(frame.color_trc.rawValue)
        matrix = Int(frame.colorspace.rawValue)
        chromaLocation =
            frame.chroma_location == AVCHROMA_LOC_UNSPECIFIED ? nil : Int(frame.chroma_location.rawValue) - 1
        isFullRange =
            switch frame.color_range {
            case AVCOL_RANGE_JPEG: true
            case AVCOL_RANGE_MPEG: false
            default: isFullRangeFormat(AVPixelFormat(frame.format)) ? true : nil
            }
    }
}

/// The pixel formats that mean full range by name alone; FFmpeg deprecates them, decoders still give them.
private func isFullRangeFormat(_ format: AVPixelFormat) -> Bool {
    pixelFormatName(format).hasPrefix("yuvj")
}

func pixelFormatName(_ format: AVPixelFormat) -> String {
    av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
}

func bitDepth(of format: AVPixelFormat) -> Int {
    guard let description = av_pix_fmt_desc_get(format) else { return 8 }
    let components = description.pointee.comp
    return Int(max(components.0.depth, max(components.1.depth, components.2.depth)))
}

func isRGB(_ format: AVPixelFormat) -> Bool {
    // A palette's colours are RGB.
    av_pix_fmt_desc_get(format).map {
        $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0
    } ?? false
}

func hasAlpha(_ format: AVPixelFormat) -> Bool {
    // Every palette has room for transparency; videos of 256 colours don't use it.
    av_pix_fmt_desc_get(format).map {
        $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL) == UInt64(AV_PIX_FMT_FLAG_ALPHA)
    } ?? false
}
