/// What holds for the whole of an encoded video.
struct StreamHeaders: Sendable, Equatable {
    /// VPS, SPS and PPS, x265's settings and the SEI messages of the whole stream, in Annex B form.
    var parameterSets: [UInt8]
    /// Frames by which decoding runs ahead of presentation: 0 without B-frames, 2 with a B-pyramid.
    var reorderDelay: Int
}
