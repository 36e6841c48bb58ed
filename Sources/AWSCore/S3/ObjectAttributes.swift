import HTTP

/// What S3 says of an object without its bytes.
public struct ObjectAttributes: Sendable {
    /// The size in bytes.
    public var size: UInt64
    /// The ETag, with its quotation marks.
    public var eTag: String
    /// The version, in a versioned bucket.
    public var versionID: String?
    /// When it was stored, where the server says so.
    public var lastModified: Timestamp?
    /// The media type.
    public var contentType: String?
    /// User metadata, names in lower case without `x-amz-meta-`.
    public var metadata: [String: String]

    init(_ response: HTTPResponse, of call: Call) throws(AWSError) {
        guard let eTag = response.headers["ETag"], let size = response.contentLength else {
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer has no ETag or no length",
                isRetryable: true
            )
        }
        self.size = size
        self.eTag = eTag
        versionID = response.headers["x-amz-version-id"].flatMap { $0 == "null" ? nil : $0 }
        lastModified = response.headers["Last-Modified"].flatMap(Timestamp.init(http:))
        contentType = response.headers["Content-Type"]
        metadata = [:]
        for field in response.headers.fields where field.name.lowercased().hasPrefix("x-amz-meta-") {
            metadata[String(field.name.lowercased().dropFirst("x-amz-meta-".count))] = field.value
        }
    }
}
