import HTTP

/// Amazon S3, a blocking call on the caller's thread for each operation. The page of the same name in the Amazon S3 API
/// Reference documents each; errors are `AWSError`.
public final class S3Client: Sendable {
    /// Seconds without a byte while S3 copies or joins: it works for minutes on a large object, with white space now and
    /// then as a sign of life.
    static let serverSideWork = 180
    let service: ServiceClient
    private let isCancelled: (@Sendable () -> Bool)?

    /// A client of these settings.
    ///
    /// - Parameter isCancelled: ends every call, also one that waits, within about a second once it is true; but neither
    ///   "CreateMultipartUpload" once it is on its way, nor "AbortMultipartUpload", which is what one does then.
    public init(_ configuration: AWSConfiguration, isCancelled: (@Sendable () -> Bool)? = nil) {
        service = ServiceClient(service: "s3", configuration)
        self.isCancelled = isCancelled
    }

    /// What ends a call: the caller of it, or the client's owner.
    func cancellation(_ own: (() -> Bool)?) -> (() -> Bool)? {
        guard let own else { return isCancelled }
        guard let isCancelled else { return own }
        return { own() || isCancelled() }
    }

    /// Requests and bytes of bodies so far, retries among them; read from any thread at any time.
    public var traffic: S3Traffic { S3Traffic(service.traffic) }

    func call(_ operation: String, _ method: HTTPMethod, _ location: ObjectLocation) throws(AWSError) -> Call {
        guard !location.bucket.isEmpty, !location.bucket.contains("/") else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "no bucket's name")
        }
        // S3's longest key, in bytes of UTF-8.
        guard location.key.utf8.count <= 1024 else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "the key is over 1,024 bytes")
        }
        var call = Call(
            operation: operation,
            resource: location.description,
            method: method,
            bucket: location.bucket,
            path: "/" + PercentEncoding.encode(location.key, keepingSlash: true)
        )
        call.isCancelled = isCancelled
        return call
    }
}
