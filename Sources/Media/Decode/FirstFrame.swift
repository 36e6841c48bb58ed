import CFFmpeg
import Containers

/// The properties of the first frame that apply to the whole stream.
struct FirstFrame: Sendable {
    var format: FrameFormat
    let hdr: StaticHDR
    /// The Dolby Vision profile of the frame's RPU.
    let dolbyVisionProfile: Int?
    let fieldOrder: FieldOrder?
    /// Whether its fields are coded separately.
    var isFieldCoded = false
    /// Ticks between these two fields.
    var fieldDistance: Int64?
    /// Ticks from the first packet that a player would show to this frame, which is the first that can be decoded.
    var lostTicks: Int64 = 0
    /// The transfer function of the source's alternative transfer characteristics SEI message.
    var preferredTransfer: Int?
    /// An AVStereo3D and a display matrix, byte for byte, where an SEI message has them.
    private let stereo, displayMatrix: [UInt8]?

    init(_ frame: borrowing Frame) {
        format = frame.format
        hdr = StaticHDR(of: frame)
        fieldOrder = frame.fieldOrder
        dolbyVisionProfile = Self.dolbyVisionProfile(of: frame)
        stereo = frame.sideData(AV_FRAME_DATA_STEREO3D)
        displayMatrix = frame.sideData(AV_FRAME_DATA_DISPLAYMATRIX)
    }

    /// Adds to the source's stream what only the bitstream signals: x265 doesn't write these messages, the container
    /// can. What the source's container signals stays.
    func complete(_ stream: UnsafeMutablePointer<AVStream>) throws {
        for (type, bytes) in [(AV_PKT_DATA_STEREO3D, stereo), (AV_PKT_DATA_DISPLAYMATRIX, displayMatrix)] {
            if let bytes, stream.sideData(type) == nil { try stream.setSideData(type, bytes) }
        }
    }

    /// Frames per second.
    ///
    /// - Parameter rate: the container's frame rate. It may count fields that are coded separately, as FFmpeg 5.1 does for
    ///   all sources, or frames, as 7.1 does for raw HEVC.
    func frameRate(_ rate: Rational, timeBase: Rational) -> Rational {
        guard isFieldCoded, rate.isKnown else { return rate }
        let half = Rational(av_mul_q(rate.libav, AVRational(num: 1, den: 2)))
        guard let fieldDistance, fieldDistance > 0 else { return half }
        let measured = 1 / (2 * Double(fieldDistance) * timeBase.value)
        return abs(half.value - measured) <= abs(rate.value - measured) ? half : rate
    }

    /// Source: FFmpeg, "libavutil/dovi_meta.h", AVDOVIRpuDataHeader.
    private static func dolbyVisionProfile(of frame: borrowing Frame) -> Int? {
        guard frame.hasSideData(AV_FRAME_DATA_DOVI_RPU_BUFFER),
            let side = av_frame_get_side_data(frame.pointer, AV_FRAME_DATA_DOVI_METADATA)
        else { return nil }
        let metadata = UnsafeMutableRawPointer(side.pointee.data).assumingMemoryBound(to: AVDOVIMetadata.self)
        let header = av_dovi_get_header(metadata).pointee
        switch header.vdr_rpu_profile {
        case 0: return header.bl_video_full_range_flag != 0 ? 5 : nil
        case 1: return header.disable_residual_flag != 0 ? 8 : 7
        default: return nil
        }
    }
}
