internal import CFFmpeg

/// Where a format's chroma samples sit, in libswscale's units of 1/256 luma sample.
struct ChromaPosition {
    var horizontal: Int
    var vertical: Int

    /// libswscale's mark for a direction in which there is a chroma sample for each luma sample.
    private static let everywhere = -513

    /// - Parameter location: `chroma_sample_loc_type` of ITU-T H.265; MPEG-2's and H.264's usual left where unknown.
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
