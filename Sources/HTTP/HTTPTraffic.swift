import Synchronization

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

/// Counts while transfers go on, on any thread.
final class TrafficMeter: Sendable {
    private let requests = Atomic<Int>(0)
    private let sent = Atomic<UInt64>(0)
    private let received = Atomic<UInt64>(0)

    func countRequest() { requests.wrappingAdd(1, ordering: .relaxed) }
    func countSent(_ bytes: Int) { sent.wrappingAdd(UInt64(bytes), ordering: .relaxed) }
    func countReceived(_ bytes: Int) { received.wrappingAdd(UInt64(bytes), ordering: .relaxed) }

    var total: HTTPTraffic {
        var total = HTTPTraffic()
        total.requests = requests.load(ordering: .relaxed)
        total.bytesSent = sent.load(ordering: .relaxed)
        total.bytesReceived = received.load(ordering: .relaxed)
        return total
    }
}
