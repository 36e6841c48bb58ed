import CFFmpeg
import Containers
import Findings

/// Picture buffers of one size, used again and again; the one owner of its AVBufferPool.
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
            "a picture of \(size)", .scale)
        pool = try allocated(
            av_buffer_pool_init(Int(bytes) + Int(Self.alignment), nil), "the picture pool", .scale)
    }

    deinit {
        // Buffers that are still in use keep the pool until they come back.
        var pool: OpaquePointer? = pool
        av_buffer_pool_uninit(&pool)
    }

    /// A picture whose samples are not set.
    func frame() throws -> Frame {
        let frame = try Frame()
        let buffer = try allocated(av_buffer_pool_get(pool), "a picture of \(size)", .scale)
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
                    "a picture of \(size)", .scale)
            }
        }
        return frame
    }
}
