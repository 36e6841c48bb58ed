internal import CFFmpeg

extension Frame {
    /// A part of a 4:2:0 picture, as a picture of its own over the same samples.
    func part(_ area: FittedArea) throws -> Frame {
        let part = try Frame()
        try check(av_frame_ref(part.pointer, pointer), "a part of a picture", .scale)
        let bytes = bitDepth(of: AVPixelFormat(pointer.pointee.format)) > 8 ? 2 : 1
        let fields = part.pointer
        fields.pointee.width = Int32(area.size.width)
        fields.pointee.height = Int32(area.size.height)
        withUnsafeMutableBytes(of: &fields.pointee.data) { planes in
            withUnsafeBytes(of: fields.pointee.linesize) { strides in
                let planes = planes.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
                let strides = strides.bindMemory(to: Int32.self)
                for index in 0..<3 {
                    let shift = index == 0 ? 0 : 1
                    planes[index]? += (area.y >> shift) * Int(strides[index]) + (area.x >> shift) * bytes
                }
            }
        }
        return part
    }

    /// Makes the whole picture black.
    func blacken(isFullRange: Bool) throws {
        let frame = pointer.pointee
        let strides = [frame.linesize.0, frame.linesize.1, frame.linesize.2, 0].map { ptrdiff_t($0) }
        var planes = [frame.data.0, frame.data.1, frame.data.2, nil]
        try check(
            av_image_fill_black(
                &planes, strides, AVPixelFormat(frame.format), isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG,
                frame.width, frame.height), "a black picture", .scale)
    }

    /// Repeats the last column and row of luma where a size is odd; chroma planes already reach that far.
    ///
    /// - Parameter size: what is filled of the picture.
    func repeatEdges(from size: PictureSize, bytesPerSample bytes: Int) {
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
