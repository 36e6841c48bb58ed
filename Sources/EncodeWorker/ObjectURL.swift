/// `s3://bucket/key`, as people write it: the key stands byte for byte, nothing in it is decoded.
struct ObjectURL: Sendable, Equatable {
    var bucket: String
    /// Empty for the bucket itself.
    var key: String

    /// - Returns: nil for a text that is none: it is a path.
    init?(_ text: String) {
        guard text.utf8.starts(with: Self.scheme.utf8) else { return nil }
        let rest = text.utf8.dropFirst(Self.scheme.utf8.count)
        let bucket = rest.prefix { $0 != UInt8(ascii: "/") }
        self.bucket = String(Substring(bucket))
        key = String(Substring(rest.dropFirst(bucket.count + 1)))
    }

    private static let scheme = "s3://"
}
