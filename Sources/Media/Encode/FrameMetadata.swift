import CFFmpeg

/// What one picture carries into the bitstream beside its samples.
struct FrameMetadata: Sendable {
    /// Messages in front of the picture.
    var messages: [SEIMessage] = []
    /// The payload of a Dolby Vision RPU's NAL unit, with emulation prevention, behind the picture.
    var dolbyVision: [UInt8]?

    /// True if the RPU's active-area offsets could not be rescaled.
    var keepsSourceActiveArea = false

    /// - Parameter input: how the output's pictures differ from the source's.
    init(of frame: borrowing Frame, for input: VideoPlan) {
        if let metadata = frame.sideData(AV_FRAME_DATA_DYNAMIC_HDR_PLUS) {
            messages +=
                DynamicHDRPlus(metadata, scale: (input.scale.width, input.scale.height)).map { [$0.message] } ?? []
        }
        messages += CaptionData.messages(frame.sideData(AV_FRAME_DATA_A53_CC) ?? [])
        guard input.dolbyVision?.isKept == true else { return }
        dolbyVision = frame.sideData(AV_FRAME_DATA_DOVI_RPU_BUFFER)
        guard input.changesCoordinates, let unit = dolbyVision else { return }
        do {
            dolbyVision = try DolbyVisionRPU(escaped: unit).changed(input.mapped) ?? unit
        } catch {
            keepsSourceActiveArea = true
        }
    }
}
