/// An object's bucket and key, the key byte for byte as S3 has it.
public struct ObjectLocation: Sendable, Hashable, CustomStringConvertible {
    /// The bucket's name.
    public var bucket: String
    /// The key; not percent-encoded.
    public var key: String
    /// A version; nil is the current one.
    public var versionID: String?

    /// A location.
    public init(bucket: String, key: String, versionID: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
    }

    /// `s3://bucket/key`.
    public var description: String { "s3://\(bucket)/\(key)" }

    var versionQuery: [(name: String, value: String)] { versionID.map { [("versionId", $0)] } ?? [] }
}
