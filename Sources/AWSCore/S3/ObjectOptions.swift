import HTTP

/// What a new object carries besides its bytes: "PutObject" and "CreateMultipartUpload".
public struct ObjectOptions: Sendable {
    /// `Content-Type`.
    public var contentType: String?
    /// User metadata; ASCII, names without `x-amz-meta-`.
    public var metadata: [String: String] = [:]
    /// The storage class, such as `STANDARD_IA`.
    public var storageClass: String?
    /// A KMS key (id, ARN or alias) for SSE-KMS; empty takes the account's own key for S3.
    public var kmsKeyID: String?
    /// Object tags.
    public var tags: [String: String] = [:]
    /// Publishes only where the key has no object yet (`If-None-Match: *`); else `isWriteConflict`.
    public var ifNoneMatch = false
    /// Publishes only over an object that has this ETag (`If-Match`), so that an older output of one's own is replaced
    /// without a race; else the error is of kind `modified` (status 412, or 404 where there is no object any more).
    public var ifMatch: ETag?

    /// Nothing but the bytes.
    public init() {}

    /// "Conditional writes", Amazon S3 User Guide.
    var conditions: [(name: String, value: String)] {
        (ifNoneMatch ? [("If-None-Match", "*")] : []) + (ifMatch.map { [("If-Match", $0.quoted)] } ?? [])
    }

    var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        headers["Content-Type"] = contentType ?? "application/octet-stream"
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { headers["x-amz-meta-" + name] = value }
        headers["x-amz-storage-class"] = storageClass
        if let kmsKeyID {
            headers["x-amz-server-side-encryption"] = "aws:kms"
            if !kmsKeyID.isEmpty { headers["x-amz-server-side-encryption-aws-kms-key-id"] = kmsKeyID }
        }
        if !tags.isEmpty { headers["x-amz-tagging"] = PercentEncoding.encode(tags.map { ($0.key, $0.value) }) }
        return headers
    }
}
