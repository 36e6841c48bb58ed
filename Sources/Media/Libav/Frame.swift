import CFFmpeg
import Findings

/// A decoded picture; the one owner of its AVFrame.
///
/// Source: FFmpeg, "libavutil/frame.h".
struct Frame: ~Copyable, @unchecked Sendable {
    // Sendable: the struct is the pointer's sole owner and can't be copied, so a frame is in one stage at a time, and
    // the queue between two stages orders their accesses. The reference counts inside are atomic.
    let pointer: UnsafeMutablePointer<AVFrame>

    init() throws {
        pointer = try allocated(av_frame_alloc(), "a frame", .decode)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }

    /// Presentation time in the stream's time base.
    var presentationTime: Int64 {
        get { pointer.pointee.pts }
        nonmutating set { pointer.pointee.pts = newValue }
    }

    /// Display duration in the stream's time base; 0 if unknown.
    var duration: Int64 {
        get { bounded(reelpress_frame_duration(pointer)) }
        nonmutating set { reelpress_set_frame_duration(pointer, newValue) }
    }

    /// Whether the picture was coded as two fields, and which of them comes first; nil for one taken at once.
    var fieldOrder: FieldOrder? {
        guard reelpress_frame_is_interlaced(pointer) != 0 else { return nil }
        return reelpress_frame_is_top_field_first(pointer) != 0 ? .topFirst : .bottomFirst
    }

    /// Says that the picture is interlaced.
    func mark(_ order: FieldOrder) { reelpress_mark_frame_interlaced(pointer, order == .topFirst ? 1 : 0) }

    /// Bytes of the picture, as near as a queue's bound needs it.
    var byteCount: Int {
        let size = av_image_get_buffer_size(
            AVPixelFormat(pointer.pointee.format), pointer.pointee.width, pointer.pointee.height, 1)
        return max(0, Int(size))
    }

    var format: FrameFormat { FrameFormat(of: pointer.pointee) }
}
