/// What may become of a picture's size.
public enum Policy: String, Sendable, CaseIterable, Codable {
    /// The resolution stays exactly as it is.
    case preserve
    /// Pictures larger than 2560×1440 (portrait: 1440×2560) are fitted into that.
    case downscale
}
