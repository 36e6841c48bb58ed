import HTTP

/// Reads what a service says in an error answer: "Error responses" (Amazon S3 API Reference), "Common errors" (AWS Batch
/// API Reference).
enum ErrorAnswer {
    private static let throttling: Set = [
        "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    /// `XAmzContentSHA256Mismatch` and its like: the body was corrupted on the way, not here.
    private static let passing: Set = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "ServiceUnavailable", "RequestTimeTooSkewed",
        "XAmzContentSHA256Mismatch", "BadDigest", "IncompleteBody", "OperationAborted",
    ]

    static func error(_ response: HTTPResponse, of call: Call) -> AWSError {
        var code = ""
        var message = ""
        var requestID = response.headers["x-amz-request-id"] ?? response.headers["x-amzn-RequestId"]
        if let root = try? XMLParser.parse(response.body) {
            let error = root.child("Error") ?? root
            code = error["Code"] ?? ""
            message = error["Message"] ?? ""
            requestID = requestID ?? error["RequestId"]
        } else if let type = response.headers["x-amzn-ErrorType"] {
            code = String(type.prefix { $0 != ":" })
            let json = try? JSONValue(parsing: response.body)
            message = (json?["message"] ?? json?["Message"])?.string ?? ""
        }
        if code.isEmpty { code = String(response.status) }
        let isServers = [429, 500, 502, 503, 504].contains(response.status)
        var error = call.error(
            .service,
            status: response.status,
            code: code,
            message.isEmpty ? "refused" : message,
            isRetryable: isServers || throttling.contains(code) || passing.contains(code)
        )
        error.requestID = requestID
        if response.status == 412, call.headers["If-Match"] != nil {
            error.kind = .modified
            error.message = "the object was modified after it was opened"
        }
        return error
    }

    /// What the server wants one to wait, in milliseconds.
    static func delay(_ response: HTTPResponse) -> Int? {
        if let text = response.headers["x-amz-retry-after"], let milliseconds = Int(text) { return milliseconds }
        return response.headers["Retry-After"].flatMap { Int($0) }.map { min($0, 3600) * 1000 }
    }
}
