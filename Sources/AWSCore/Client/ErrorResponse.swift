import HTTP

/// Reads the error in a service's response: "Error responses" (Amazon S3 API Reference), "Common errors" (AWS Batch
/// API Reference).
enum ErrorResponse {
    /// `XAmzContentSHA256Mismatch` and its like: the body was corrupted on the way, not here.
    private static let transient: Set = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "ServiceUnavailable", "RequestTimeTooSkewed",
        "XAmzContentSHA256Mismatch", "BadDigest", "IncompleteBody", "OperationAborted",
    ]

    static func error(_ response: HTTPResponse, of call: APICall) -> AWSError {
        var code = ""
        var message = ""
        var condition: String?
        var requestID = response.headers["x-amz-request-id"] ?? response.headers["x-amzn-RequestId"]
        if let root = try? XMLParser.parse(response.body) {
            let error = root.child("Error") ?? root
            code = error["Code"] ?? ""
            message = error["Message"] ?? ""
            condition = error["Condition"]
            requestID = requestID ?? error["RequestId"]
        } else if let type = response.headers["x-amzn-ErrorType"] {
            code = String(type.prefix { $0 != ":" })
            let json = try? JSONValue(parsing: response.body)
            message = (json?["message"] ?? json?["Message"])?.string ?? ""
        }
        if code.isEmpty { code = String(response.status) }
        let isServers = [500, 502, 503, 504].contains(response.status)
        // Another request wrote the key meanwhile. The parts of an upload are lost with it, other writes can be sent again.
        let isConflict = code == "ConditionalRequestConflict" && call.operation != "CompleteMultipartUpload"
        var error = call.error(
            .service,
            status: response.status,
            code: code,
            message.isEmpty ? "refused" : message,
            isRetryable: isServers || isConflict || transient.contains(code)
        )
        error.isRetryable = error.isRetryable || error.isThrottling
        error.requestID = requestID
        explain(condition, &error, call)
        return error
    }

    /// Errors that the same request would get again.
    private static let final: Set = [
        "AccessDenied", "EntityTooSmall", "EntityTooLarge", "InvalidPart", "InvalidPartOrder", "InvalidRequest",
        "MalformedXML", "NoSuchBucket", "NoSuchKey", "NoSuchUpload", "PreconditionFailed", "ConditionalRequestConflict",
    ]

    /// An error after a 200, which was sent before the work was done: the server's failure unless its code says otherwise.
    static func inSuccess(_ response: HTTPResponse, of call: APICall) -> AWSError {
        var error = error(response, of: call)
        error.isRetryable = error.isRetryable || !final.contains(error.code)
        return error
    }

    /// Which condition of a request failed: "Conditional requests", Amazon S3 User Guide. S3 names it where there are
    /// several.
    private static func explain(_ condition: String?, _ error: inout AWSError, _ call: APICall) {
        let isFailed = error.status == 412 || error.code == "PreconditionFailed"
        let isGone = error.status == 404 && error.code == "NoSuchKey" && call.headers["x-amz-copy-source"] == nil
        let candidates = ["x-amz-copy-source-if-match", "if-match", "if-none-match"].filter { call.headers[$0] != nil }
        let named = candidates.filter { $0 == condition?.lowercased() }
        let failed = named.isEmpty ? candidates : named
        switch failed.first {
        case _ where failed.count > 1 && isFailed:
            error.message = "the source was modified, or the key has another object"
        case "x-amz-copy-source-if-match" where isFailed, "if-match" where isFailed && call.method == .get:
            error.kind = .modified
            error.message = "the object was modified after it was opened"
        case "if-match" where isFailed || isGone:
            error.kind = .modified
            error.message = "the object that was to be replaced is no longer the same"
        case "if-none-match" where isFailed:
            error.message = "the key has an object already, which isn't replaced"
        default: break
        }
    }

    /// How long the server asks to wait, in milliseconds.
    static func delay(_ response: HTTPResponse) -> Int? {
        if let text = response.headers["x-amz-retry-after"], let milliseconds = Int(text) {
            return max(milliseconds, 0)
        }
        guard let text = response.headers["Retry-After"] else { return nil }
        let seconds = Int(text) ?? Timestamp(http: text).map { $0.seconds - Timestamp.now.seconds }
        return seconds.map { min(max($0, 0), 3600) * 1000 }
    }
}
