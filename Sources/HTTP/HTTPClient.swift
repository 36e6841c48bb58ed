import CCurl
import Synchronization

/// Sends requests, one at a time on each calling thread, over connections that are kept alive.
///
/// Each request takes an easy handle, with its connection, from a pool and gives it back; the handle that was used last
/// is taken first, so that idle connections age out. TLS certificates are always verified, by `AWS_CA_BUNDLE`,
/// `SSL_CERT_FILE` or the system's; `http_proxy`, `https_proxy` and `no_proxy` are honoured as libcurl does. Redirects are
/// not followed.
///
/// A kept-alive connection that died (a server's idle limit, a Lambda freeze) is noticed by libcurl, which repeats the
/// request on a new one.
public final class HTTPClient: Sendable {
    /// Limits of requests that bring none of their own.
    public let timeouts: HTTPTimeouts
    private let usesProxy: Bool
    private let meter = TrafficMeter()
    private let idle = Mutex(HandlePool())

    /// A client without connections yet.
    ///
    /// - Parameter usesProxy: false goes straight to the host, whatever the environment says: for metadata services.
    public init(timeouts: HTTPTimeouts = HTTPTimeouts(), usesProxy: Bool = true) {
        self.timeouts = timeouts
        self.usesProxy = usesProxy
    }

    /// What was sent and received so far; read from any thread at any time.
    public var traffic: HTTPTraffic { meter.total }

    /// Sends a request and collects the response's body.
    ///
    /// - Parameter limit: bytes of body at most, else `HTTPError.Code.bodyTooLarge`.
    /// - Throws: `HTTPError`, or what a streamed request body threw.
    public func send(_ request: HTTPRequest, limit: Int = 16 << 20) throws -> HTTPResponse {
        var body: [UInt8] = []
        var response = try send(request) { _, bytes in
            guard body.count + bytes.count <= limit else {
                throw HTTPError(.bodyTooLarge, "the response's body is larger than \(limit) bytes")
            }
            body.append(contentsOf: bytes)
        }
        response.body = body
        return response
    }

    /// Sends a request and hands the response's body over as it comes.
    ///
    /// - Parameter receive: is given the response's head and the next bytes, which are valid during the call only. What
    ///   it throws ends the request and is thrown to the caller.
    /// - Returns: the response's head.
    /// - Throws: `HTTPError`, what `receive` threw, or what a streamed request body threw.
    public func send(
        _ request: HTTPRequest, receive: @escaping (HTTPResponse, UnsafeRawBufferPointer) throws -> Void
    ) throws -> HTTPResponse {
        let handle = try idle.withLock { $0.take() } ?? PooledHandle()
        meter.countRequest()
        let transfer = Transfer(body: request.body, cancellation: request.cancellation, meter: meter, receive: receive)
        let response = try handle.perform(
            request, transfer, timeouts: request.timeouts ?? timeouts, usesProxy: usesProxy)
        // After an error the handle isn't given back: its connection is in an unknown state.
        idle.withLock { $0.give(handle) }
        return response
    }
}
