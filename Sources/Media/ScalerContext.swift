internal import CFFmpeg

/// libswscale set up for one kind of picture; the one owner of its SwsContext.
///
/// Lanczos with accurate rounding. Chroma is resampled where source and output say that it sits.
///
/// Source: FFmpeg, "libswscale/swscale.h", sws_scale_frame.
struct ScalerContext: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread scales at a time.
    private let context: OpaquePointer

    /// - Parameters:
    ///   - size: what the picture becomes.
    ///   - lines: 2 for every other line alone, else 1.
    init(_ source: PictureFormat, to size: PictureSize, of output: EncoderInput, lines: Int, threads: Int) throws {
        let context = try allocated(sws_alloc_context(), "the scaler", .scale)
        do {
            try Self.configure(context, source, size, output, lines: lines, threads: threads)
        } catch {
            sws_freeContext(context)
            throw error
        }
        self.context = context
    }

    deinit { sws_freeContext(context) }

    func scale(_ frame: borrowing Frame, into output: borrowing Frame) throws {
        try check(sws_scale_frame(context, output.pointer, frame.pointer), "scaling a picture", .scale)
    }

    private static func configure(
        _ context: OpaquePointer, _ source: PictureFormat, _ size: PictureSize, _ output: EncoderInput, lines: Int,
        threads: Int
    ) throws {
        let from = ChromaPosition(source.color.chromaLocation, of: source.pixelFormat)
        let to = ChromaPosition(output.color.chromaLocation, of: output.pixelFormat)
        let options: [(String, Int)] = [
            ("srcw", source.size.width), ("srch", source.size.height / lines),
            ("src_format", Int(source.pixelFormat.rawValue)), ("dstw", size.width), ("dsth", size.height / lines),
            ("dst_format", Int(output.pixelFormat.rawValue)), ("src_h_chr_pos", from.horizontal),
            ("src_v_chr_pos", from.vertical), ("dst_h_chr_pos", to.horizontal), ("dst_v_chr_pos", to.vertical),
            ("sws_flags", Int(SWS_LANCZOS | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP)), ("threads", threads),
        ]
        for (name, value) in options {
            let code = av_opt_set_int(UnsafeMutableRawPointer(context), name, Int64(value), 0)
            try check(code, "scaler option \(name)", .scale)
        }
        try check(
            sws_init_context(context, nil, nil), "\(source.pixelFormatName) pictures can't be scaled", .scale,
            .unsupported)
        // Samples keep their meaning: range and matrix are the output's, which are those of the first picture.
        let isRGB = isRGB(source.pixelFormat)
        let isFull = isRGB || (source.color.isFullRange ?? output.color.isFullRange) == true
        let unspecified = Int(AVCOL_SPC_UNSPECIFIED.rawValue)
        let isMatrixKnown = !isRGB && source.color.matrix != unspecified && output.color.matrix != unspecified
        let own = sws_getCoefficients(Int32(isMatrixKnown ? source.color.matrix : output.color.matrix))
        // -1 means that this pair of formats has no matrix to set.
        _ = sws_setColorspaceDetails(
            context, own, isFull ? 1 : 0, sws_getCoefficients(Int32(output.color.matrix)),
            output.color.isFullRange == true ? 1 : 0, 0, 1 << 16, 1 << 16)
    }
}
