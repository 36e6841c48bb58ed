import CFFmpeg
import Containers
import Findings

extension Frame {
    /// Repeats the last column and row of luma where a size is odd; chroma planes already reach that far.
    ///
    /// - Parameter size: what is filled of the picture.
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
}

extension Frame {
    /// Every other line, as a picture of its own over the same samples: 0 from the first line on, 1 from the second.
    func field(_ parity: Int) throws -> Frame {
        let field = try Frame()
        try check(av_frame_ref(field.pointer, pointer), "a field", .scale)
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
}

extension Frame {
    /// Takes away what isn't shown; the samples stay where they are.
    ///
    /// Source: FFmpeg, "libavutil/frame.h", av_frame_apply_cropping.
    func crop(_ margins: CropInsets) throws {
        pointer.pointee.crop_left = margins.left
        pointer.pointee.crop_right = margins.right
        pointer.pointee.crop_top = margins.top
        pointer.pointee.crop_bottom = margins.bottom
        try check(
            av_frame_apply_cropping(pointer, Int32(AV_FRAME_CROP_UNALIGNED)), "cropping a picture", .scale)
    }
}
