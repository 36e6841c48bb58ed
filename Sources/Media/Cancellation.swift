internal import Synchronization

/// A request to end early, made from any thread or signal handler and seen by every stage.
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)

    public init() {}

    /// Asks for the end. Safe in a signal handler: it stores to an atomic and does nothing else.
    public func cancel() { requested.store(true, ordering: .relaxed) }

    public var isCancelled: Bool { requested.load(ordering: .relaxed) }

    /// - Throws: `MediaError` of code `interrupted` once `cancel` was called.
    public func check() throws(MediaError) {
        if isCancelled { throw MediaError.interrupted }
    }
}
