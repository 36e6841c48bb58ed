/// Why the source itself is better than any output that could be made of it.
public enum CopyReason: String, Sendable, Codable, CaseIterable {
    /// The encoded output would not be smaller.
    case larger
    /// The source is already HEVC with few bits per pixel.
    case efficient
}
