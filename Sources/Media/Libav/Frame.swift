import CFFmpeg
import Containers
import Findings

/// A decoded frame; the one owner of its AVFrame.
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

    /// Presentation timestamp in the stream's time base.
    var presentationTime: Int64 {
        get { pointer.pointee.pts }
        nonmutating set { pointer.pointee.pts = newValue }
    }

    /// Duration in the stream's time base; 0 if unknown.
    var duration: Int64 {
        get { bounded(reelpress_frame_duration(pointer)) }
        nonmutating set { reelpress_set_frame_duration(pointer, newValue) }
    }

    /// A frame that shares this one's samples.
    func shared() throws -> Frame {
        let other = try Frame()
        try check(av_frame_ref(other.pointer, pointer), "a frame", .encode)
        return other
    }

    /// The field order of an interlaced frame; nil for a progressive one.
    var fieldOrder: FieldOrder? {
        guard reelpress_frame_is_interlaced(pointer) != 0 else { return nil }
        return reelpress_frame_is_top_field_first(pointer) != 0 ? .topFirst : .bottomFirst
    }

    /// Marks the frame as interlaced.
    func setFieldOrder(_ order: FieldOrder) { reelpress_mark_frame_interlaced(pointer, order == .topFirst ? 1 : 0) }

    /// Marks the frame as progressive.
    func clearFieldOrder() { reelpress_mark_frame_progressive(pointer) }

    /// Whether one of its fields is shown again after it: a film's frame in a video of more fields (soft telecine).
    var repeatsField: Bool { pointer.pointee.repeat_pict > 0 }

    /// Bytes of the samples, approximately: for the limits of queues.
    var byteCount: Int {
        let size = av_image_get_buffer_size(
            AVPixelFormat(pointer.pointee.format), pointer.pointee.width, pointer.pointee.height, 1)
        return max(0, Int(size))
    }

    var format: FrameFormat { FrameFormat(of: pointer.pointee) }
}

extension Frame {
    /// Repeats the last luma column or row if the width or height is odd; chroma planes already cover the padding.
    ///
    /// - Parameter size: the area that has samples.
    func repeatEdges(from size: Resolution, bytesPerSample bytes: Int) {
        let padded = size.paddedToEven
        guard padded != size, let luma = pointer.pointee.data.0 else { return }
        let stride = Int(pointer.pointee.linesize.0)
        if padded.width > size.width {
            for row in 0..<size.height {
                let end = luma + row * stride + size.width * bytes
                end.update(from: end - bytes, count: bytes)
            }
        }
        if padded.height > size.height {
            let row = luma + size.height * stride
            row.update(from: row - stride, count: padded.width * bytes)
        }
    }

    /// One field, as a frame that shares this one's samples.
    ///
    /// - Parameter parity: 0 for the top field, 1 for the bottom field.
    func field(_ parity: Int) throws -> Frame {
        let field = try shared()
        let fields = field.pointer
        fields.pointee.height /= 2
        withUnsafeMutableBytes(of: &fields.pointee.data) { planes in
            withUnsafeMutableBytes(of: &fields.pointee.linesize) { strides in
                let planes = planes.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
                let strides = strides.bindMemory(to: Int32.self)
                for index in 0..<4 {
                    guard let start = planes[index] else { continue }
                    planes[index] = start + parity * Int(strides[index])
                    strides[index] *= 2
                }
            }
        }
        return field
    }

    /// Crops the frame in place, without copying samples.
    ///
    /// Source: FFmpeg, "libavutil/frame.h", av_frame_apply_cropping.
    func crop(_ insets: CropInsets) throws {
        pointer.pointee.crop_left = insets.left
        pointer.pointee.crop_right = insets.right
        pointer.pointee.crop_top = insets.top
        pointer.pointee.crop_bottom = insets.bottom
        try check(
            av_frame_apply_cropping(pointer, Int32(AV_FRAME_CROP_UNALIGNED)), "cropping a frame", .scale)
    }

    /// A copy of the frame's side data. Source: FFmpeg, "libavutil/frame.h", AVFrameSideData.
    func sideData(_ type: AVFrameSideDataType) -> [UInt8]? {
        guard let found = av_frame_get_side_data(pointer, type)?.pointee else { return nil }
        return Array(UnsafeBufferPointer(start: found.data, count: found.size))
    }

    /// Replaces the frame's side data of one type.
    func setSideData(_ type: AVFrameSideDataType, _ bytes: [UInt8]) throws {
        av_frame_remove_side_data(pointer, type)
        let side = try allocated(av_frame_new_side_data(pointer, type, bytes.count), "frame side data", .decode)
        side.pointee.data.update(from: bytes, count: bytes.count)
    }

    /// Whether the frame has side data of this type.
    func hasSideData(_ type: AVFrameSideDataType) -> Bool { av_frame_get_side_data(pointer, type) != nil }
}
