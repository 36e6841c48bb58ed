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
