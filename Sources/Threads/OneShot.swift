import Synchronization

/// Hands one value that can't be copied from the thread that made it to the thread that uses it.
public final class OneShot<Value: ~Copyable & Sendable>: Sendable {
    private let slot: Mutex<Value?>

    public init(_ value: consuming Value) {
        slot = Mutex(value)
    }

    /// The value; it can be taken once.
    public func take() -> Value {
        let taken = slot.withLock { slot in slot.take() }
        guard let taken else { preconditionFailure("a one-shot value was taken twice") }
        return taken
    }
}
