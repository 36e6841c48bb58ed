/// A response: its status and header fields, and the body where it was collected.
public struct HTTPResponse: Sendable {
    /// The status code of the final response (never 1xx).
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The collected body; empty where the body went to the caller's closure.
    public var body: [UInt8] = []

    /// A response without a body.
    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// `Content-Length`, where the server sent a valid one.
    public var contentLength: UInt64? { headers["Content-Length"].flatMap(UInt64.init) }
}
