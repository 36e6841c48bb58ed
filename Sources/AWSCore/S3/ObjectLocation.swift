/// An object's bucket and key, the key byte for byte as S3 has it.
public struct ObjectLocation: Sendable, Hashable, CustomStringConvertible {
    public var bucket: String
    /// Not percent-encoded.
    public var key: String
    /// Nil is the current version.
    public var versionID: String?

    /// In bytes of UTF-8: "Naming Amazon S3 objects", Amazon S3 User Guide.
    public static let longestKey = 1024

    public init(bucket: String, key: String, versionID: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
    }

    /// `s3://bucket/key`.
    public var description: String { "s3://\(bucket)/\(key)" }

    var versionQuery: [(name: String, value: String)] { versionID.map { [("versionId", $0)] } ?? [] }

    /// An error about this object that no answer of S3 is the cause of.
    func error(_ kind: AWSError.Kind, _ operation: String, _ message: String) -> AWSError {
        AWSError(kind, service: "s3", operation: operation, resource: description, message: message)
    }
}
