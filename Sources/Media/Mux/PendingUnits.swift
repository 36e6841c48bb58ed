import CFFmpeg
import Findings

/// The access units of the encoded video that libavformat has taken but not written yet, in decoding order.
///
/// libavformat holds units back until packets of all streams with earlier timestamps are there, which can be many
/// seconds of video where a stream is sparse. It holds a reference to each packet's buffer until the packet is written:
/// the reference count shows when that is; the bytes of the output can't.
///
/// Source: FFmpeg, "libavutil/buffer.h", av_buffer_get_ref_count; "libavformat/avformat.h", av_interleaved_write_frame.
struct PendingUnits: ~Copyable {
    private struct Unit {
        let buffer: UnsafeMutablePointer<AVBufferRef>
        /// The number of a sampled keyframe.
        let keyframe: Int?

        /// Whether libavformat has released it.
        var isWritten: Bool { av_buffer_get_ref_count(buffer) == 1 }

        func release() {
            var buffer: UnsafeMutablePointer<AVBufferRef>? = buffer
            av_buffer_unref(&buffer)
        }
    }

    private var units: [Unit] = []
    private var first = 0

    deinit { for unit in units[first...] { unit.release() } }

    /// Adds a unit, right before libavformat takes it.
    mutating func add(_ packet: borrowing Packet, keyframe: Int?) throws {
        guard let buffer = packet.pointer.pointee.buf else {
            throw ReportedError(.library, .mux, "an access unit has no buffer of its own")
        }
        units.append(Unit(buffer: try allocated(av_buffer_ref(buffer), "a reference", .mux), keyframe: keyframe))
    }

    /// Called for each buffer of data, after libavformat filled it and before it is written to the output.
    ///
    /// - Returns: a sampled keyframe with bytes that are, or may be, in the buffer; of several, the one that remains a
    ///   sample for longest.
    mutating func keyframeInBuffer() -> Int? {
        var found: Int?
        func consider(_ keyframe: Int?) {
            guard let keyframe else { return }
            guard let other = found else { return found = keyframe }
            if keyframe == 0 || other != 0 && keyframe.trailingZeroBitCount > other.trailingZeroBitCount {
                found = keyframe
            }
        }
        while first < units.count, units[first].isWritten {
            consider(units[first].keyframe)
            units[first].release()
            first += 1
        }
        // The next unit may have been written in part.
        if first < units.count { consider(units[first].keyframe) }
        if first > 1024, first * 2 > units.count {
            units.removeFirst(first)
            first = 0
        }
        return found
    }
}
