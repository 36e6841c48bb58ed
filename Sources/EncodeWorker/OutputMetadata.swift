import AWSCore

/// What an output carries to say whose it is. Every field is ASCII, and all of them fit into S3's 2 KB.
struct OutputMetadata: Sendable, Hashable {
    /// The source's key, percent-encoded; see `encode`.
    var source: String
    var sourceETag: String
    /// The settings in one line, percent-encoded where they must be; see `Report.UsedSettings.digest`.
    var settings: String
    var version: String

    /// - Parameters:
    ///   - source: the source's key as it is.
    ///   - settings: the settings in one line.
    init(source: String, sourceETag: String, settings: String, version: String) {
        self.source = Self.encode(source, keeping: "/")
        self.sourceETag = sourceETag
        self.settings = Self.encode(settings, keeping: " =:,/()")
        self.version = version
    }

    /// Fields as a store gives them back.
    init(stored source: String, _ sourceETag: String, _ settings: String, _ version: String) {
        self.source = source
        self.sourceETag = sourceETag
        self.settings = settings
        self.version = version
    }

    /// Whether an output is of the same source, whichever content that had.
    func hasSameSource(as other: OutputMetadata) -> Bool { source == other.source }

    /// The text percent-encoded, byte for byte; where that is long, its SHA-256, which no other text has either.
    private static func encode(_ text: String, keeping kept: String) -> String {
        let encoded = PercentEncoding.encode(text, keeping: kept)
        return encoded.utf8.count <= longest ? encoded : digestMark + SHA256.hexDigest(text)
    }

    /// Twice this, the other fields and all names stay below 2 KB.
    private static let longest = 800

    /// Keys have their colons encoded, and settings begin with another word: no text looks like this by itself.
    private static let digestMark = "sha256:"
}
