import Media

/// What becomes of a source with damaged pictures.
enum ErrorPolicy: String, CaseIterable, Sendable {
    /// One damaged picture is one too many.
    case strict
    /// A few are let through, and counted.
    case tolerate

    /// The share of the pictures that may be damaged.
    var tolerance: Double { self == .strict ? 0 : TranscodeSettings.usualDamageTolerance }
}
