internal import CFFmpeg

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
