internal import CFFmpeg

/// Brings pictures to the encoder's size and sample layout; the one owner of its SwsContext.
///
/// Lanczos with accurate rounding. Range and matrix stay the source's, so that samples keep their meaning; chroma is
/// resampled where the source says that it sits. A picture that differs from the ones before is brought to the same
/// output.
///
/// Source: FFmpeg, "libswscale/swscale.h", sws_scale_frame.
struct Scaler: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread scales at a time.
    private var context: OpaquePointer?
    private var configured: PictureFormat?
    private var configuredByField = false
    private let output: EncoderInput
    private let threads: Int
    private let pool: FramePool

    init(to output: EncoderInput, threads: Int) throws {
        self.output = output
        self.threads = threads
        pool = try FramePool(size: output.paddedSize, format: output.pixelFormat)
    }

    deinit { sws_freeContext(context) }

    /// The picture in the encoder's layout, with the source's time; the very same one where nothing has to change.
    mutating func scale(_ frame: consuming Frame) throws -> Frame {
        let format = frame.format
        if output.accepts(format) { return frame }
        let isByField = frame.fieldOrder != nil && output.canScaleByField(format)
        if configured != format || isByField != configuredByField { try configure(for: format, byField: isByField) }
        let scaled = try pool.frame()
        try check(av_frame_copy_props(scaled.pointer, frame.pointer), "copying a picture's properties", .scale)
        // The picture is scaled to its own size; what 4:2:0 needs beyond that is filled from its edge.
        scaled.pointer.pointee.width = Int32(output.size.width)
        scaled.pointer.pointee.height = Int32(output.size.height)
        if isByField {
            for parity in 0..<2 {
                let from = try frame.field(parity)
                let to = try scaled.field(parity)
                try check(sws_scale_frame(context, to.pointer, from.pointer), "scaling a field", .scale)
            }
        } else {
            try check(sws_scale_frame(context, scaled.pointer, frame.pointer), "scaling a picture", .scale)
        }
        padToEven(scaled)
        return scaled
    }

    private mutating func configure(for source: PictureFormat, byField: Bool) throws {
        sws_freeContext(context)
        configured = nil
        context = try allocated(sws_alloc_context(), "the scaler", .scale)
        let input = ChromaPosition(source.color.chromaLocation)
        let lines = byField ? 2 : 1
        let options: [(String, Int)] = [
            ("srcw", source.size.width), ("srch", source.size.height / lines),
            ("src_format", Int(source.pixelFormat.rawValue)),
            ("dstw", output.size.width), ("dsth", output.size.height / lines),
            ("dst_format", Int(output.pixelFormat.rawValue)),
            ("src_h_chr_pos", input.horizontal), ("src_v_chr_pos", input.vertical),
            ("dst_h_chr_pos", input.horizontal), ("dst_v_chr_pos", input.vertical),
            ("sws_flags", Int(SWS_LANCZOS | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP)), ("threads", threads),
        ]
        for (name, value) in options {
            try check(
                av_opt_set_int(UnsafeMutableRawPointer(context), name, Int64(value), 0), "scaler option \(name)", .scale
            )
        }
        try check(
            sws_init_context(context, nil, nil), "\(source.pixelFormatName) pictures can't be scaled", .scale,
            .unsupported)
        let sourceIsFull: Int32 = isRGB(source.pixelFormat) || source.color.isFullRange == true ? 1 : 0
        let outputIsFull: Int32 = isRGB(source.pixelFormat) ? 0 : sourceIsFull
        let matrix = sws_getCoefficients(Int32(output.color.matrix))
        // -1 means that this pair of formats has no matrix to set.
        _ = sws_setColorspaceDetails(context, matrix, sourceIsFull, matrix, outputIsFull, 0, 1 << 16, 1 << 16)
        configured = source
        configuredByField = byField
    }

    /// Repeats the last column and row of luma where the size is odd; chroma planes already reach that far.
    private func padToEven(_ frame: borrowing Frame) {
        let padded = output.paddedSize
        guard padded != output.size, let luma = frame.pointer.pointee.data.0 else { return }
        let stride = Int(frame.pointer.pointee.linesize.0)
        let bytes = output.bytesPerSample
        if padded.width > output.size.width {
            for row in 0..<output.size.height {
                let end = luma + row * stride + output.size.width * bytes
                end.update(from: end - bytes, count: bytes)
            }
        }
        if padded.height > output.size.height {
            let row = luma + output.size.height * stride
            row.update(from: row - stride, count: padded.width * bytes)
        }
        frame.pointer.pointee.width = Int32(padded.width)
        frame.pointer.pointee.height = Int32(padded.height)
    }
}

/// Where 4:2:0 chroma sits, in libswscale's units of 1/256 luma sample.
private struct ChromaPosition {
    var horizontal: Int
    var vertical: Int

    /// - Parameter location: `chroma_sample_loc_type` of ITU-T H.265; MPEG-2's and H.264's usual left where unknown.
    init(_ location: Int?) {
        (horizontal, vertical) =
            switch location ?? 0 {
            case 1: (128, 128)
            case 2: (0, 0)
            case 3: (128, 0)
            case 4: (0, 256)
            case 5: (128, 256)
            default: (0, 128)
            }
    }
}
