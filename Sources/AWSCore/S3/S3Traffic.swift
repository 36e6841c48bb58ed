import HTTP

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
