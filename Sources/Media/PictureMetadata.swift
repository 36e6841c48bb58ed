internal import CFFmpeg

/// What one picture carries into the bitstream beside its samples.
struct PictureMetadata: Sendable {
    /// Messages in front of the picture.
    var messages: [SEIMessage] = []
    /// The payload of a Dolby Vision RPU's NAL unit, with emulation prevention, behind the picture.
    var dolbyVision: [UInt8]?

    /// - Parameters:
    ///   - keepsDolbyVision: whether the output has a base layer that these RPUs fit.
    ///   - scale: output over source width and height, for what counts in pixels.
    init(of frame: borrowing Frame, keepsDolbyVision: Bool, scale: (Double, Double)) {
        if let metadata = frame.sideData(AV_FRAME_DATA_DYNAMIC_HDR_PLUS) {
            messages += DynamicHDRPlus(metadata, scale: scale).map { [$0.message] } ?? []
        }
        messages += CaptionData.messages(frame.sideData(AV_FRAME_DATA_A53_CC) ?? [])
        if keepsDolbyVision { dolbyVision = frame.sideData(AV_FRAME_DATA_DOVI_RPU_BUFFER) }
    }
}
