import CFFmpeg
import Findings

/// Connects libavformat to a `FaststartLayout`.
///
/// A class because the C side keeps a pointer back to it: it must outlive every call on `context`. An error of the
/// sink is stored here and thrown by `rethrow`, since nothing may be thrown through C.
///
/// Source: FFmpeg, "libavformat/avio.h", avio_alloc_context.
final class OutputIO {
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    var layout: FaststartLayout
    private var position: UInt64 = 0
    private var end: UInt64 = 0
    private var failure: (any Error)?

    private static let bufferSize = 256 * 1024

    init(_ layout: consuming FaststartLayout) throws {
        self.layout = layout
        let buffer = try allocated(av_malloc(Self.bufferSize), "the write buffer", .mux)
        context = reelpress_avio_writer(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize),
            Unmanaged.passUnretained(self).toOpaque(),
            { opaque, bytes, count in OutputIO.from(opaque).write(bytes, count) },
            { opaque, offset, whence in OutputIO.from(opaque).seek(offset, whence) })
        guard context != nil else {
            av_free(buffer)
            throw ReportedError(.library, .mux, "no memory for the write buffer")
        }
    }

    deinit {
        // libavformat may have replaced the buffer that the context was made with.
        if let context { av_free(context.pointee.buffer) }
        avio_context_free(&context)
    }

    /// Writes what libavformat still buffers.
    func flush() throws {
        avio_flush(context)
        try rethrow()
    }

    /// Throws what the sink threw since the last call, if anything.
    func rethrow() throws {
        if let failure {
            self.failure = nil
            throw failure
        }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> OutputIO {
        guard let opaque else { preconditionFailure("libavformat lost its opaque pointer") }
        return Unmanaged<OutputIO>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int32) -> Int32 {
        do {
            try layout.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: position)
            position += UInt64(count)
            end = max(end, position)
            return count
        } catch {
            if failure == nil { failure = error }
            return reelpress_averror_exit
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        if whence & reelpress_avseek_size != 0 { return Int64(end) }
        guard whence & ~Int32(AVSEEK_FORCE) == SEEK_SET, offset >= 0 else { return Int64(reelpress_averror(EINVAL)) }
        position = UInt64(offset)
        return offset
    }
}
