import HTTP

/// Amazon S3, a blocking call on the caller's thread for each operation. The page of the same name in the Amazon S3 API
/// Reference documents each; errors are `AWSError`.
public final class S3Client: Sendable {
    let service: ServiceClient

    /// A client of these settings.
    public init(_ configuration: AWSConfiguration) {
        service = ServiceClient(service: "s3", configuration)
    }

    func call(_ operation: String, _ method: HTTPMethod, _ location: ObjectLocation) throws(AWSError) -> Call {
        guard !location.bucket.isEmpty, !location.bucket.contains("/") else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "no bucket's name")
        }
        // S3's longest key, in bytes of UTF-8.
        guard location.key.utf8.count <= 1024 else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "the key is over 1,024 bytes")
        }
        return Call(
            operation: operation,
            resource: location.description,
            method: method,
            bucket: location.bucket,
            path: "/" + PercentEncoding.encode(location.key, keepingSlash: true)
        )
    }
}
