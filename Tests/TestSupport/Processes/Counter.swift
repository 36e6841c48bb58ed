import Synchronization

/// Counts on any thread.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// Begins at 0.
    public init() {}

    /// The number of this call, from 1.
    public func next() -> Int { count.add(1, ordering: .relaxed).newValue }

    /// Calls so far.
    public var value: Int { count.load(ordering: .relaxed) }
}
