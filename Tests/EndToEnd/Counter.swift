import Synchronization

/// Counts on any thread.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// The number of this call, from 1.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
