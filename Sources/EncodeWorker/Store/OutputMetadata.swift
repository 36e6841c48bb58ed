import AWSCore

/// The identity that an output carries: its source and settings. Every field is ASCII, and all of them fit into S3's
/// 2 KB.
struct OutputMetadata: Sendable, Hashable {
    /// The source's key, percent-encoded; see `encode`.
    var source: String
    var sourceETag: ETag
    /// The settings in one line, percent-encoded where needed; see `EncodeOptions.digest`.
    var settings: String
    var version: String

    /// - Parameters:
    ///   - source: the source's key, not encoded.
    ///   - settings: the settings in one line.
    init(source: String, sourceETag: ETag, settings: String, version: String) {
        self.source = Self.encode(source, keeping: "/")
        self.sourceETag = sourceETag
        self.settings = Self.encode(settings, keeping: " =:,/()")
        self.version = version
    }

    /// Fields as a store returns them.
    init(stored source: String, _ sourceETag: ETag, _ settings: String, _ version: String) {
        self.source = source
        self.sourceETag = sourceETag
        self.settings = settings
        self.version = version
    }

    /// Whether an output is of the same source, which may have had other content.
    func hasSameSource(as other: OutputMetadata) -> Bool { source == other.source }

    /// The text percent-encoded, byte for byte; if that is too long, its SHA-256.
    private static func encode(_ text: String, keeping kept: String) -> String {
        let encoded = PercentEncoding.encode(text, keeping: kept)
        return encoded.utf8.count <= maxBytes ? encoded : digestPrefix + SHA256.hexDigest(text)
    }

    /// Two fields of this length, the other fields and all names stay below 2 KB.
    private static let maxBytes = 800

    /// Keys have their colons encoded, and settings begin with another word: no other encoded text begins like this.
    private static let digestPrefix = "sha256:"
}
