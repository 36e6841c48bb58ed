import CFFmpeg
import Containers
import Findings
import Threads

/// libavformat's view of a `ByteSource`.
///
/// A class because the C side keeps a pointer to it: it must outlive every call on `context`. An error of the source is
/// stored here and thrown by `rethrow`, as errors can't be thrown through C.
///
/// Source: FFmpeg, "libavformat/avio.h", avio_alloc_context.
final class InputIO {
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    /// What the demuxer logs; AVFormatContext.opaque points to it.
    let log: UnsafeMutablePointer<reelpress_demuxer_log>
    private let source: any ByteSource
    private let cancellation: Cancellation
    private var position: UInt64 = 0
    private var failure: (any Error)?
    /// Bytes read, and calls, since the last packet.
    private var bytesSincePacket: UInt64 = 0
    private var callsSincePacket = 0
    /// Bytes that may be read before the next packet.
    private var byteLimit: UInt64

    private static let bufferSize = 256 * 1024
    /// Reads and seeks that may come before the next packet, in addition to one per 4 KiB of `byteLimit`.
    private static let callLimit = 1 << 20

    /// - Parameters:
    ///   - isSeekable: whether libavformat may seek.
    ///   - openBytes: bytes that may be read until `packetsBegin`.
    init(
        _ source: any ByteSource, isSeekable: Bool = true, openBytes: Int, cancellation: Cancellation
    ) throws {
        log = .allocate(capacity: 1)
        log.initialize(to: reelpress_demuxer_log())
        self.source = source
        self.cancellation = cancellation
        byteLimit = UInt64(openBytes)
        let buffer = try allocated(av_malloc(Self.bufferSize), "the read buffer", .open)
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0,
            Unmanaged.passUnretained(self).toOpaque(),
            { opaque, bytes, count in InputIO.from(opaque).read(bytes, count) }, nil,
            isSeekable ? { opaque, offset, whence in InputIO.from(opaque).seek(offset, whence) } : nil)
        guard context != nil else {
            av_free(buffer)
            throw ReportedError(.library, .open, "no memory for the read buffer")
        }
    }

    deinit {
        log.deallocate()
        // libavformat may have replaced the context's original buffer.
        if let context { av_free(context.pointee.buffer) }
        avio_context_free(&context)
    }

    /// Throws the source's error since the last call, if any.
    func rethrow() throws {
        if let failure {
            self.failure = nil
            throw failure
        }
    }

    /// Called once the headers are read.
    func packetsBegin() {
        // A demuxer may scan the whole source for the next packet once; beyond that it is in an endless loop.
        byteLimit = min(source.size, 1 << 60) * 2 + UInt64(64 << 20)
        packetCame()
    }

    func packetCame() {
        (bytesSincePacket, callsSincePacket) = (0, 0)
        cancellation.progress.step()
    }

    /// Stops a demuxer that reads on without finding a packet.
    private func count(_ bytes: Int) throws {
        bytesSincePacket += UInt64(bytes)
        callsSincePacket += 1
        guard bytesSincePacket <= byteLimit, callsSincePacket <= Self.callLimit + Int(byteLimit >> 12) else {
            throw ReportedError.limit(
                .demux, "\(bytesSincePacket) bytes were read in \(callsSincePacket) calls without a packet",
                advice: "check that it plays, then upload it again")
        }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> InputIO {
        guard let opaque else { preconditionFailure("libavformat lost its opaque pointer") }
        return Unmanaged<InputIO>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func read(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
        do {
            try cancellation.check()
            let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))
            cancellation.progress.enter(.source)
            defer { cancellation.progress.enter(.library) }
            let got = try source.read(at: position, into: buffer)
            position += UInt64(got)
            try self.count(got)
            if got > 0 { cancellation.progress.step() }
            return got == 0 ? reelpress_averror_eof : Int32(got)
        } catch {
            if failure == nil { failure = error }
            return reelpress_averror_exit
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        if whence & reelpress_avseek_size != 0 { return Int64(clamping: source.size) }
        do { try count(0) } catch {
            if failure == nil { failure = error }
            return Int64(reelpress_averror_exit)
        }
        let base: Int64
        switch whence & ~Int32(AVSEEK_FORCE) {
        case SEEK_SET: base = 0
        case SEEK_CUR: base = Int64(clamping: position)
        case SEEK_END: base = Int64(clamping: source.size)
        default: return Int64(reelpress_averror(EINVAL))
        }
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return Int64(reelpress_averror(EINVAL)) }
        position = UInt64(target)
        return target
    }
}
