internal import CFFmpeg

/// What the source's first picture tells of all the others.
struct FirstPicture: Sendable {
    var format: PictureFormat
    let hdr: StaticHDR
    /// The Dolby Vision profile that the picture's own metadata speaks of.
    let dolbyVisionProfile: Int?
    let fieldOrder: FieldOrder?
    /// Whether its fields came apart.
    var isWoven = false
    /// The transfer function that the source's own SEI prefers to the one in its parameter sets.
    var preferredTransfer: Int?

    init(_ frame: borrowing Frame) {
        format = frame.format
        hdr = StaticHDR(of: frame)
        fieldOrder = frame.fieldOrder
        dolbyVisionProfile = Self.dolbyVisionProfile(of: frame)
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
