import HTTP
import Threads

/// One call of a service before it is signed.
struct APICall {
    var operation: String
    /// For errors, such as `s3://bucket/key`.
    var resource: String
    var method: HTTPMethod
    /// The bucket, where the service is S3: it decides host and region.
    var bucket: String?
    /// The path as it is sent, percent-encoded, without the bucket.
    var path: String
    var query: [(name: String, value: String)] = []
    var headers = HTTPHeaders()
    var body = HTTPBody.none
    /// Whether S3 is sent the body's SHA-256 as the object's checksum too.
    var hasChecksum = false
    /// Seconds without a byte; nil takes the client's.
    var stall: Int?
    /// Whether the client's patience holds for it. Not for what follows the work (removing leftovers, tags): that must not
    /// hold up its end.
    var isPatient = true
    /// Tries, the first among them; nil takes the client's.
    var maxAttempts: Int?
    /// Ends the call, between tries too.
    var cancellation: Cancellation?

    func error(
        _ kind: AWSError.Kind, status: Int = 0, code: String = "", _ message: String, isRetryable: Bool = false
    ) -> AWSError {
        AWSError(
            kind, service: bucket == nil ? "batch" : "s3", operation: operation, resource: resource, status: status,
            code: code, message: message, isRetryable: isRetryable)
    }
}
