import HTTP
public import Threads

/// Amazon S3, a blocking call on the caller's thread for each operation. The page of the same name in the Amazon S3 API
/// Reference documents each; errors are `AWSError`.
public final class S3Client: Sendable {
    /// Seconds without a byte while S3 copies or joins: it works for minutes on a large object, with white space now and
    /// then as a sign of life.
    static let serverSideWork = 180
    let service: ServiceClient
    /// Ends every call.
    let cancellation: Cancellation?

    /// A client of these settings.
    ///
    /// - Parameter cancellation: its request ends every call, also one that waits, within about a second; but neither
    ///   "CreateMultipartUpload" once it is on its way, nor "AbortMultipartUpload", which removes what is left then.
    public init(_ configuration: AWSConfiguration, cancellation: Cancellation? = nil) {
        service = ServiceClient(service: "s3", configuration)
        self.cancellation = cancellation
    }

    /// Requests and bytes of bodies so far, retries among them; read from any thread at any time.
    public var traffic: S3Traffic { S3Traffic(service.traffic) }

    func call(_ operation: String, _ method: HTTPMethod, _ location: ObjectLocation) throws(AWSError) -> APICall {
        guard !location.bucket.isEmpty, !location.bucket.contains("/") else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "no bucket's name")
        }
        guard location.key.utf8.count <= ObjectLocation.longestKey else {
            throw AWSError(.configuration, service: "s3", operation: operation, message: "the key is over 1,024 bytes")
        }
        var call = APICall(
            operation: operation, resource: location.description, method: method, bucket: location.bucket,
            path: "/" + PercentEncoding.encode(location.key, keepingSlash: true))
        call.cancellation = cancellation
        return call
    }
}

/// What a client has sent and received since it was made. Headers and TLS aren't counted.
public struct S3Traffic: Sendable, Equatable {
    /// Requests, repeated ones each time.
    public var requests: Int
    /// Bytes of request bodies, those of requests that failed too.
    public var bytesSent: UInt64
    /// Bytes of response bodies, those of responses that broke off too.
    public var bytesReceived: UInt64

    init(_ traffic: HTTPTraffic) {
        requests = traffic.requests
        bytesSent = traffic.bytesSent
        bytesReceived = traffic.bytesReceived
    }
}
