/// What a client has sent and received since it was made. Headers and TLS aren't counted.
public struct HTTPTraffic: Sendable, Equatable {
    /// Requests, repeated ones each time.
    public var requests = 0
    /// Bytes of request bodies, those of requests that failed too.
    public var bytesSent: UInt64 = 0
    /// Bytes of response bodies, those of responses that broke off too.
    public var bytesReceived: UInt64 = 0

    /// No traffic.
    public init() {}
}
