/// What a job exchanged with S3.
public struct Traffic: Codable, Sendable {
    /// Each try counts.
    public var requests: Int
    /// Bytes of bodies, those of repeated requests each time.
    public var bytesReceived: UInt64
    public var bytesSent: UInt64

    public init(requests: Int, bytesReceived: UInt64, bytesSent: UInt64) {
        self.requests = requests
        self.bytesReceived = bytesReceived
        self.bytesSent = bytesSent
    }

    /// - Parameter before: an earlier value of the same counters.
    public func since(_ before: Traffic?) -> Traffic {
        guard let before else { return self }
        return Traffic(
            requests: requests - before.requests, bytesReceived: bytesReceived - before.bytesReceived,
            bytesSent: bytesSent - before.bytesSent)
    }
}
