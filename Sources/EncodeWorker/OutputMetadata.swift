internal import AWSCore

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
        self.source = Self.encode(source, keeping: "/".utf8)
        self.sourceETag = sourceETag
        self.settings = Self.encode(settings, keeping: " =:,/()".utf8)
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
    private static func encode(_ text: String, keeping kept: String.UTF8View) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            let isPlain = byte < 128 && (Unicode.Scalar(byte).properties.isAlphabetic || (0x30...0x39).contains(byte))
            if isPlain || "-._~".utf8.contains(byte) || kept.contains(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        if encoded.count <= longest { return String(decoding: encoded, as: UTF8.self) }
        return digestMark + SHA256.hexDigest(text)
    }

    /// Twice this, the other fields and all names stay below 2 KB.
    private static let longest = 800

    /// Keys have their colons encoded, and settings begin with another word: no text looks like this by itself.
    private static let digestMark = "sha256:"
}
