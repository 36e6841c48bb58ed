import Synchronization

/// The token bucket that keeps a client from flooding a service that is down.
final class RetryQuota: Sendable {
    private let capacity: Int
    private let tokens: Mutex<Int>

    init(_ capacity: Int) {
        self.capacity = capacity
        tokens = Mutex(capacity)
    }

    /// Takes tokens; false where there are too few.
    func take(_ cost: Int) -> Bool {
        tokens.withLock {
            guard $0 >= cost else { return false }
            $0 -= cost
            return true
        }
    }

    /// Gives tokens back after a success: what the last retry cost, or 1 where none was needed.
    func give(_ cost: Int) {
        tokens.withLock { $0 = min(capacity, $0 + max(cost, 1)) }
    }
}
