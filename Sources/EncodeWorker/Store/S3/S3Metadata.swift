import AWSCore

/// An output's metadata as user metadata in S3.
enum S3Metadata {
    private static let source = "reelpress-source"
    private static let sourceETag = "reelpress-source-etag"
    private static let settings = "reelpress-settings"
    private static let version = "reelpress-version"

    static func fields(_ metadata: OutputMetadata) -> [String: String] {
        [
            source: metadata.source, sourceETag: metadata.sourceETag.value, settings: metadata.settings,
            version: metadata.version,
        ]
    }

    /// - Returns: nil if the object is not an output of this program.
    static func read(_ fields: [String: String]) -> OutputMetadata? {
        guard let source = fields[source], let etag = fields[sourceETag], let settings = fields[settings] else {
            return nil
        }
        return OutputMetadata(stored: source, ETag(etag), settings, fields[version] ?? "")
    }
}
