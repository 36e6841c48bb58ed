internal import Synchronization

/// A request to end early, made from any thread or signal handler and seen by every stage.
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)
    private let outer: Cancellation?
    private let reason = Mutex<MediaError?>(nil)
    /// What the work under this cancellation shows of itself.
    let heartbeat = Heartbeat()

    /// - Parameter outer: one whose request holds here too.
    public init(within outer: Cancellation? = nil) {
        self.outer = outer
    }

    /// Asks for the end. Safe in a signal handler: it stores to an atomic and does nothing else.
    public func cancel() { requested.store(true, ordering: .releasing) }

    /// Asks for the end, which will have been this error's fault.
    func cancel(because error: MediaError) {
        reason.withLock { $0 = error }
        cancel()
    }

    public var isCancelled: Bool { requested.load(ordering: .acquiring) || outer?.isCancelled == true }

    /// - Throws: `MediaError` of code `interrupted` once `cancel` was called; of `stalled` or `inputOutput` once a
    ///   `StallWatch` has given up.
    public func check() throws(MediaError) {
        if requested.load(ordering: .acquiring) { throw reason.withLock { $0 } ?? MediaError.interrupted }
        // An outer request has a reason of its own.
        try outer?.check()
    }

    /// Does work that shows no progress, however long it takes: no `StallWatch` counts its time.
    public func unwatched<Value>(_ work: () throws -> Value) rethrows -> Value {
        heartbeat.pause()
        defer { heartbeat.resume() }
        return try work()
    }
}
