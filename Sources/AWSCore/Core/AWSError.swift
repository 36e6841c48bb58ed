/// Why an AWS call failed, with advice.
public struct AWSError: Error, CustomStringConvertible, Sendable {
    /// The kinds that callers distinguish.
    public enum Kind: Sendable {
        /// The service answered with an error; see `code`.
        case service
        /// No complete answer came.
        case transport
        /// No credentials, or none that can be used.
        case credentials
        /// A setting is missing or wrong, or an argument can't be sent.
        case configuration
        /// The object is no longer the one that was opened.
        case modified
        /// An answer that can't be understood.
        case malformedResponse
        /// The caller ended it.
        case cancelled
    }

    public var kind: Kind
    /// The service, such as `s3`.
    public var service: String
    /// The operation, such as `GetObject`; empty where none was under way.
    public var operation: String
    /// What it was about, such as `s3://bucket/key`.
    public var resource: String
    /// The HTTP status, 0 where there was no answer.
    public var status: Int
    /// AWS's code, such as `NoSuchKey`; empty where there is none.
    public var code: String
    /// In AWS's or our own words.
    public var message: String
    /// What AWS's support asks for.
    public var requestID: String?
    /// Whether the same call can succeed later.
    public var isRetryable: Bool

    public init(
        _ kind: Kind, service: String = "aws", operation: String = "", resource: String = "", status: Int = 0,
        code: String = "", message: String, requestID: String? = nil, isRetryable: Bool = false
    ) {
        self.kind = kind
        self.service = service
        self.operation = operation
        self.resource = resource
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.isRetryable = isRetryable
    }

    /// "Retry behavior", AWS SDKs and Tools Reference Guide.
    private static let throttling: Set = [
        "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "PriorRequestNotComplete", "EC2ThrottledException",
    ]

    /// Whether the service refused the call because there were too many.
    public var isThrottling: Bool { status == 429 || Self.throttling.contains(code) }

    /// Whether another request was faster: the condition of a write failed (412), the key was written at the same time
    /// (409), or the upload or the object to be replaced is gone (404).
    public var isWriteConflict: Bool { [404, 409, 412].contains(status) }

    /// `code: service:operation on resource: message (HTTP status, request id): what to do`.
    public var description: String { advice.map { summary + ": " + $0 } ?? summary }

    /// The description without what to do.
    public var summary: String {
        var text = code.isEmpty ? "" : code + ": "
        if !operation.isEmpty { text += "\(service):\(operation)" + (resource.isEmpty ? ": " : " on \(resource): ") }
        text += message
        let details = [status == 0 ? nil : "HTTP \(status)", requestID.map { "request \($0)" }].compactMap(\.self)
        if !details.isEmpty { text += " (\(details.joined(separator: ", ")))" }
        return text
    }

    /// What to do, where this kind of error leaves no doubt.
    public var advice: String? {
        switch code {
        case "AccessDenied", "AccessDeniedException", "403":
            "the role needs \(IAMAction.needed(service, operation))"
        case "NoSuchBucket": "check the bucket's name and region"
        case "NoSuchKey", "404": "check the key; without s3:ListBucket a missing key shows as AccessDenied"
        case "InvalidAccessKeyId", "SignatureDoesNotMatch": "check the access key and its secret"
        case "ExpiredToken", "ExpiredTokenException": "get new credentials"
        case "EntityTooLarge": "the part or object is over S3's limit"
        default: nil
        }
    }
}
