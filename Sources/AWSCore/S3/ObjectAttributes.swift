import HTTP

/// The attributes of an object: HeadObject's and GetObject's headers.
public struct ObjectAttributes: Sendable {
    /// In bytes.
    public var size: UInt64
    public var etag: ETag
    /// The version, in a versioned bucket.
    public var versionID: String?
    /// When it was stored, where the server says so.
    public var lastModified: Timestamp?
    public var contentType: String?
    /// User metadata, names in lower case without `x-amz-meta-`.
    public var metadata: [String: String]

    init(_ response: HTTPResponse, of call: APICall) throws(AWSError) {
        guard let etag = response.headers["ETag"].flatMap(ETag.init(parsing:)), let size = response.contentLength else {
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer has no ETag or no length",
                isRetryable: true
            )
        }
        self.size = size
        self.etag = etag
        versionID = response.headers["x-amz-version-id"].flatMap { $0 == "null" ? nil : $0 }
        lastModified = response.headers["Last-Modified"].flatMap(Timestamp.init(http:))
        contentType = response.headers["Content-Type"]
        metadata = [:]
        for field in response.headers.fields where field.name.lowercased().hasPrefix("x-amz-meta-") {
            metadata[String(field.name.lowercased().dropFirst("x-amz-meta-".count))] = field.value
        }
    }
}
