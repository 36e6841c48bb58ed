import HTTP

/// The requests of a runtime to Lambda: Using the Lambda runtime API for custom runtimes, AWS Lambda Developer Guide.
enum ControlPlaneRequest {
    /// GET /runtime/invocation/next
    case next
    /// POST /runtime/invocation/{id}/response
    case invocationResponse(requestID: String, [UInt8])
    /// POST /runtime/invocation/{id}/error
    case invocationError(requestID: String, ErrorReport)
    /// POST /runtime/init/error
    case initializationError(ErrorReport)

    /// The request to a Runtime API at `address` (`host:port`).
    func http(to address: String) -> HTTPRequest {
        switch self {
        case .next:
            var request = HTTPRequest(.get, url(address))
            // An event may be hours away.
            request.timeouts = HTTPTimeouts(connect: 5, stall: 0, total: 0)
            return request
        case .invocationResponse(_, let bytes):
            return HTTPRequest(.post, url(address), headers: ["Content-Type": "application/json"], body: .bytes(bytes))
        case .invocationError(_, let report), .initializationError(let report):
            return HTTPRequest(.post, url(address), headers: report.headers, body: .bytes(report.body))
        }
    }

    private func url(_ address: String) -> String {
        let path =
            switch self {
            case .next: "invocation/next"
            case .invocationResponse(let id, _): "invocation/\(id)/response"
            case .invocationError(let id, _): "invocation/\(id)/error"
            case .initializationError: "init/error"
            }
        return "http://\(address)/2018-06-01/runtime/\(path)"
    }

    /// For messages.
    var name: String {
        switch self {
        case .next: "the request for the next event"
        case .invocationResponse(let id, _): "the response to \(id)"
        case .invocationError(let id, _): "the error of \(id)"
        case .initializationError: "the initialization error"
        }
    }
}
