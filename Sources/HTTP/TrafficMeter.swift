import Synchronization

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
