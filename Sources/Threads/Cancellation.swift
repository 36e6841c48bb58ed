import Glibc
import Synchronization

/// A request to end early, made from any thread or signal handler and seen by every stage.
public final class Cancellation: Sendable {
    private let requested = Atomic<Bool>(false)
    private let outer: Cancellation?
    /// By the monotonic clock, in seconds.
    private let deadline: Double?
    private let reason: Mutex<any Error>
    /// The progress of the work under this cancellation.
    public let progress = ProgressCounter()

    /// - Parameters:
    ///   - outer: a cancellation whose request applies here too.
    ///   - seconds: after which the end is requested without a call; nil sets no such time.
    ///   - reason: the error that work ends with after `cancel()`, which names none.
    public init(within outer: Cancellation? = nil, after seconds: Double? = nil, reason: any Error = Cancelled()) {
        self.outer = outer
        deadline = seconds.map { Self.now() + $0 }
        self.reason = Mutex(reason)
    }

    /// Requests the end. Safe in a signal handler: it stores to an atomic.
    public func cancel() { requested.store(true, ordering: .releasing) }

    /// Cancels, recording `error` as the reason.
    public func cancel(because error: any Error) {
        reason.withLock { $0 = error }
        cancel()
    }

    public var isCancelled: Bool { isRequested || outer?.isCancelled == true }

    private var isRequested: Bool {
        requested.load(ordering: .acquiring) || deadline.map { Self.now() >= $0 } ?? false
    }

    /// - Throws: the reason, if the end was requested.
    public func check() throws {
        if isRequested { throw reason.withLock { $0 } }
        // An outer request has a reason of its own.
        try outer?.check()
    }

    /// Runs work that shows no progress, however long it takes: no `Watchdog` counts its time.
    public func unwatched<Value>(_ work: () throws -> Value) rethrows -> Value {
        progress.pause()
        defer { progress.resume() }
        return try work()
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Work ended early because a `Cancellation` asked for it.
public struct Cancelled: Error, Sendable, Equatable {
    public init() {}
}

/// Progress of one job: the threads that work count it, a `Watchdog` watches it.
public final class ProgressCounter: Sendable {
    private let count = Atomic<Int>(0)
    private let place = Atomic<Int>(Place.elsewhere.rawValue)
    private let pauses = Atomic<Int>(0)

    /// The work of the thread that reads the source.
    public enum Place: Int, Sendable {
        case elsewhere
        /// Inside a library that parses or decodes the source.
        case library
        /// Waiting for the source's bytes.
        case source
    }

    public init() {}

    /// Counts one step: bytes arrived, a frame was decoded or encoded.
    public func step() { count.wrappingAdd(1, ordering: .relaxed) }

    public var steps: Int { count.load(ordering: .relaxed) }

    /// Set by the thread that reads and decodes, around its calls.
    public func enter(_ new: Place) { place.store(new.rawValue, ordering: .relaxed) }

    public var currentPlace: Place { Place(rawValue: place.load(ordering: .relaxed)) ?? .elsewhere }

    /// Begins work that shows no progress, such as moving a finished file.
    public func pause() { pauses.wrappingAdd(1, ordering: .relaxed) }

    public func resume() {
        pauses.wrappingSubtract(1, ordering: .relaxed)
        step()
    }

    public var isPaused: Bool { pauses.load(ordering: .relaxed) > 0 }
}
