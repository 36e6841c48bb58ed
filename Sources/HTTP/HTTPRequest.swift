/// One request.
public struct HTTPRequest {
    /// The method.
    public var method: HTTPMethod
    /// The absolute URL, percent-encoded; it is sent as it stands (no path is normalised).
    public var url: String
    /// The header fields. `Content-Length` follows from the body.
    public var headers: HTTPHeaders
    /// The body.
    public var body: HTTPBody
    /// Limits of this request; nil takes the client's.
    public var timeouts: HTTPTimeouts?
    /// Waits for the server's `100 Continue` before the body is sent, so that a refused part isn't sent in vain.
    public var expectsContinue = false
    /// Asked about once a second and at every transfer of bytes; true ends the request with `HTTPError.Code.cancelled`.
    public var isCancelled: (() -> Bool)?

    /// A request with the client's time-outs.
    public init(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: HTTPBody = .none) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
