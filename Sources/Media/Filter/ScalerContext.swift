import CFFmpeg
import Containers
import Findings

/// libswscale, set up for frames of one format; the one owner of its SwsContext.
///
/// Lanczos with accurate rounding. Chroma is resampled from the source's chroma location to the output's.
///
/// Source: FFmpeg, "libswscale/swscale.h", sws_scale_frame.
struct ScalerContext: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread scales at a time.
    private let scaler: reelpress_scaler

    /// - Parameters:
    ///   - size: the resolution to scale to.
    ///   - lines: 2 to scale one field (every other line), else 1.
    init(_ source: FrameFormat, to size: Resolution, of output: VideoPlan, lines: Int, threads: Int) throws {
        let scaler = reelpress_new_scaler()
        _ = try allocated(scaler.context, "the scaler", .scale)
        do {
            try Self.configure(scaler, source, size, output, lines: lines, threads: threads)
        } catch {
            sws_freeContext(scaler.context)
            throw error
        }
        self.scaler = scaler
    }

    deinit { sws_freeContext(scaler.context) }

    func scale(_ frame: borrowing Frame, into output: borrowing Frame) throws {
        try check(sws_scale_frame(scaler.context, output.pointer, frame.pointer), "scaling a frame", .scale)
    }

    private static func configure(
        _ scaler: reelpress_scaler, _ source: FrameFormat, _ size: Resolution, _ output: VideoPlan, lines: Int,
        threads: Int
    ) throws {
        let from = ChromaLocation(source.color.chromaLocation, of: source.pixelFormat)
        let to = ChromaLocation(output.color.chromaLocation, of: output.pixelFormat)
        let options: [(String, Int)] = [
            ("srcw", source.size.width), ("srch", source.size.height / lines),
            ("src_format", Int(source.pixelFormat.rawValue)), ("dstw", size.width), ("dsth", size.height / lines),
            ("dst_format", Int(output.pixelFormat.rawValue)), ("src_h_chr_pos", from.horizontal),
            ("src_v_chr_pos", from.vertical), ("dst_h_chr_pos", to.horizontal), ("dst_v_chr_pos", to.vertical),
            ("sws_flags", Int(reelpress_scaler_flags)), ("threads", threads),
        ]
        for (name, value) in options {
            let code = av_opt_set_int(UnsafeMutableRawPointer(scaler.context), name, Int64(value), 0)
            try check(code, "scaler option \(name)", .scale)
        }
        try check(
            sws_init_context(scaler.context, nil, nil), "\(source.pixelFormatName) frames can't be scaled", .scale,
            .unsupported)
        // Range and matrix become the output's, which are the first frame's.
        let isRGB = isRGB(source.pixelFormat)
        let isFull = isRGB || (source.color.isFullRange ?? output.color.isFullRange) == true
        let unspecified = Int(AVCOL_SPC_UNSPECIFIED.rawValue)
        let isMatrixKnown = !isRGB && source.color.matrix != unspecified && output.color.matrix != unspecified
        let own = sws_getCoefficients(Int32(isMatrixKnown ? source.color.matrix : output.color.matrix))
        // -1 means that this pair of formats has no matrix to set.
        _ = sws_setColorspaceDetails(
            scaler.context, own, isFull ? 1 : 0, sws_getCoefficients(Int32(output.color.matrix)),
            output.color.isFullRange == true ? 1 : 0, 0, 1 << 16, 1 << 16)
    }
}

/// The position of a format's chroma samples, in libswscale's units of 1/256 luma sample.
struct ChromaLocation {
    var horizontal: Int
    var vertical: Int

    /// libswscale's value for a direction in which chroma is not subsampled.
    private static let everywhere = -513

    /// - Parameter location: `chroma_sample_loc_type` of ITU-T H.265; left, as in MPEG-2 and H.264, where unknown.
    init(_ location: Int?, of format: AVPixelFormat) {
        (horizontal, vertical) =
            switch location ?? 0 {
            case 1: (128, 128)
            case 2: (0, 0)
            case 3: (128, 0)
            case 4: (0, 256)
            case 5: (128, 256)
            default: (0, 128)
            }
        guard let layout = av_pix_fmt_desc_get(format)?.pointee else { return }
        if layout.log2_chroma_w == 0 { horizontal = Self.everywhere }
        if layout.log2_chroma_h == 0 { vertical = Self.everywhere }
    }
}

/// Reuses the buffers of frames of one format; the one owner of its AVBufferPool.
///
/// Source: FFmpeg, "libavutil/buffer.h", AVBufferPool.
struct FramePool: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; the pool itself may be used from any thread.
    private let pool: OpaquePointer
    private let size: Resolution
    private let format: AVPixelFormat

    /// Bytes; wide enough for every SIMD load of libswscale and x265.
    private static let alignment: Int32 = 64

    init(size: Resolution, format: AVPixelFormat) throws {
        self.size = size
        self.format = format
        let bytes = try check(
            av_image_get_buffer_size(format, Int32(size.width), Int32(size.height), Self.alignment),
            "a frame of \(size)", .scale)
        pool = try allocated(
            av_buffer_pool_init(Int(bytes) + Int(Self.alignment), nil), "the frame pool", .scale)
    }

    deinit {
        // Buffers that are still in use keep the pool until they come back.
        var pool: OpaquePointer? = pool
        av_buffer_pool_uninit(&pool)
    }

    /// A frame whose samples are not set.
    func frame() throws -> Frame {
        let frame = try Frame()
        let buffer = try allocated(av_buffer_pool_get(pool), "a frame of \(size)", .scale)
        frame.pointer.pointee.buf.0 = buffer
        frame.pointer.pointee.format = format.rawValue
        frame.pointer.pointee.width = Int32(size.width)
        frame.pointer.pointee.height = Int32(size.height)
        let fields = frame.pointer
        try withUnsafeMutableBytes(of: &fields.pointee.data) { planes in
            try withUnsafeMutableBytes(of: &fields.pointee.linesize) { strides in
                _ = try check(
                    av_image_fill_arrays(
                        planes.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self).baseAddress,
                        strides.assumingMemoryBound(to: Int32.self).baseAddress, buffer.pointee.data, format,
                        Int32(size.width), Int32(size.height), Self.alignment),
                    "a frame of \(size)", .scale)
            }
        }
        return frame
    }
}
