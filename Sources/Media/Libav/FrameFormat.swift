import CFFmpeg
public import Containers

/// The layout and meaning of a frame's samples: resolution, SAR, pixel format and colour.
public struct FrameFormat: Sendable, Hashable, Codable {
    /// The stored resolution, before rotation and sample aspect ratio.
    public var size: Resolution
    /// Sample aspect ratio, width over height; 0/1 if unknown.
    public var sampleAspectRatio: Rational
    /// ITU-T H.273 code points.
    public var color: ColorDescription

    /// An AVPixelFormat's number.
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

    /// Bits per sample of the component that has the most.
    public var bitDepth: Int { Media.bitDepth(of: pixelFormat) }
}

/// Colour description of ITU-T H.273; 2 means "unspecified" in the three code points.
public struct ColorDescription: Sendable, Hashable, Codable {
    public var primaries: Int
    public var transfer: Int
    public var matrix: Int
    /// True for full range (JPEG), false for limited range (MPEG); nil if unspecified.
    public var isFullRange: Bool?
    /// `chroma_sample_loc_type` of ITU-T H.265; nil if unspecified.
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

/// Whether a pixel format implies full range (yuvj*): deprecated in FFmpeg, but decoders still output it.
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
    // Every palette has an alpha component, but paletted video doesn't use it.
    av_pix_fmt_desc_get(format).map {
        $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL) == UInt64(AV_PIX_FMT_FLAG_ALPHA)
    } ?? false
}

/// Which field of an interlaced frame was captured first.
enum FieldOrder: String, Sendable, Codable {
    case topFirst, bottomFirst

    /// The field order that a container signals; nil for progressive and unknown.
    ///
    /// Source: FFmpeg, "libavcodec/codec_par.h", AVFieldOrder.
    init?(_ order: AVFieldOrder) {
        switch order {
        case AV_FIELD_TT, AV_FIELD_BT: self = .topFirst
        case AV_FIELD_BB, AV_FIELD_TB: self = .bottomFirst
        default: return nil
        }
    }

    /// The field order that the container signals, for codecs that can't signal it themselves; nil for others.
    init?(signalledBy stream: UnsafeMutablePointer<AVStream>) {
        let unsignalled: [AVCodecID] = [
            AV_CODEC_ID_RAWVIDEO, AV_CODEC_ID_V210, AV_CODEC_ID_V210X, AV_CODEC_ID_HUFFYUV, AV_CODEC_ID_FFVHUFF,
            AV_CODEC_ID_UTVIDEO, AV_CODEC_ID_MAGICYUV, AV_CODEC_ID_JPEG2000, AV_CODEC_ID_CFHD,
        ]
        let codec = stream.pointee.codecpar.pointee.codec_id
        guard unsignalled.contains(codec) || reelpress_is_packed_yuv(codec) != 0 else { return nil }
        self.init(stream.pointee.codecpar.pointee.field_order)
    }

    var libav: AVFieldOrder { self == .topFirst ? AV_FIELD_TT : AV_FIELD_BB }
}
