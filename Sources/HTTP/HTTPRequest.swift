public import Threads

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
    /// Looked at about once a second and at every transfer of bytes; its request ends this one with
    /// `HTTPError.Code.cancelled`.
    public var cancellation: Cancellation?

    /// A request with the client's time-outs.
    public init(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: HTTPBody = .none) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// A request's method.
public enum HTTPMethod: String, Sendable {
    /// Reads a representation.
    case get = "GET"
    /// Reads the headers of a representation; the response has no body.
    case head = "HEAD"
    /// Sends a body to be processed.
    case post = "POST"
    /// Stores the body under the URL.
    case put = "PUT"
    /// Removes what is stored under the URL.
    case delete = "DELETE"
}

/// What a request sends. Every kind can be sent again from its start, so that a request may be repeated.
public enum HTTPBody {
    /// No body and no `Content-Length`.
    case none
    /// Bytes that the body owns.
    case bytes([UInt8])
    /// Bytes that stay valid and unchanged until the request has ended; they are not copied.
    case borrowed(UnsafeRawBufferPointer)
    /// `length` bytes that are asked for as they are sent: `read` fills the buffer from the offset and returns how many
    /// bytes it wrote (at least one).
    case stream(length: UInt64, read: (_ offset: UInt64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int)

    /// The length in bytes.
    public var length: UInt64 {
        switch self {
        case .none: 0
        case .bytes(let bytes): UInt64(bytes.count)
        case .borrowed(let bytes): UInt64(bytes.count)
        case .stream(let length, _): length
        }
    }
}

/// How long a request may stand still. There is no limit on its total time by default: a long transfer that moves is
/// healthy.
public struct HTTPTimeouts: Sendable {
    /// Seconds until a connection, with its TLS handshake, must stand.
    public var connect: Double
    /// Seconds without one byte in either direction after which the transfer counts as dead; 0 waits for ever.
    public var stall: Int
    /// Seconds for the whole request; 0 sets no limit.
    public var total: Double

    /// The default: 5 s to connect, dead after 30 s without a byte.
    public init(connect: Double = 5, stall: Int = 30, total: Double = 0) {
        self.connect = connect
        self.stall = stall
        self.total = total
    }
}
