internal import CFFmpeg

/// Brings pictures to the encoder's size and sample layout.
///
/// A picture that differs from the ones before is brought to the same output; one of another shape gets black beside it.
struct Scaler: ~Copyable, Sendable {
    private let output: EncoderInput
    private let threads: Int
    private let pool: FramePool
    private var context: ScalerContext?
    private var configured: Setup?

    /// What a context is made for.
    private struct Setup: Hashable {
        var format: PictureFormat
        var area: FittedArea
        var isByField: Bool
    }

    init(to output: EncoderInput, threads: Int) throws {
        self.output = output
        self.threads = threads
        pool = try FramePool(size: output.paddedSize, format: output.pixelFormat)
    }

    /// Whether a picture will fill the output's, with nothing beside it.
    func fills(_ format: PictureFormat) -> Bool { area(for: format).size == output.size }

    /// The picture in the encoder's layout, with the source's time; the very same one where nothing has to change.
    mutating func scale(_ frame: consuming Frame) throws -> Frame {
        let format = frame.format
        let area = area(for: format)
        if area.size == output.size, output.accepts(format) { return frame }
        let isByField = frame.fieldOrder != nil && output.canScaleByField(format)
        let setup = Setup(format: format, area: area, isByField: isByField)
        if configured != setup {
            context = try ScalerContext(
                format, to: area.size, of: output, lines: isByField ? 2 : 1, threads: threads)
            configured = setup
        }
        let scaled = try pool.frame()
        try check(av_frame_copy_props(scaled.pointer, frame.pointer), "copying a picture's properties", .scale)
        if area.size != output.size { try scaled.blacken(isFullRange: output.color.isFullRange == true) }
        let target = try scaled.part(area)
        if isByField {
            for parity in 0..<2 {
                let to = try target.field(parity)
                try context?.scale(frame.field(parity), into: to)
            }
        } else {
            try context?.scale(frame, into: target)
        }
        if area.size == output.size { scaled.repeatEdges(from: output.size, bytesPerSample: output.bytesPerSample) }
        return scaled
    }

    private func area(for format: PictureFormat) -> FittedArea {
        // Where the container says otherwise than the codec, it does so for all pictures that are like the first.
        let own = format.sampleAspectRatio
        let sample = own == output.codedSampleAspectRatio || !own.isKnown ? output.sourceSampleAspectRatio : own
        let shape = Double(format.size.width) * sample.shape / Double(format.size.height)
        // A padded size is no other shape, nor is one that was fitted with a rounded side.
        if abs(shape / output.shape - 1) < 0.001 { return FittedArea(output.size, shape: 0, sampleShape: 1) }
        return FittedArea(output.size, shape: shape, sampleShape: output.sampleAspectRatio.shape)
    }
}

extension Rational {
    /// Width over height of a sample: 1 where nothing is known.
    var shape: Double { isKnown ? value : 1 }
}
