import Glibc
import Synchronization

/// Ends work that makes no progress: first by cancelling it, then by force.
///
/// Progress means steps of the cancellation's `ProgressCounter`. A slow preset makes progress all the time; a source
/// that causes an endless loop in a library makes none.
public final class Watchdog: Sendable {
    private let isStopped = Monitor(false)
    private let thread: OwnedThread

    /// - Parameters:
    ///   - timeout: seconds without progress after which the work is cancelled.
    ///   - grace: seconds until it must have ended then.
    ///   - reason: the error that the work ends with, by the place where it is stuck.
    ///   - onHang: called on the watchdog's own thread if the work doesn't end; it should end the process.
    /// - Throws: `ThreadError`.
    public init<Reason: Error>(
        _ cancellation: Cancellation, timeout: Double, grace: Double = 30,
        reason: @escaping @Sendable (ProgressCounter.Place) -> Reason, onHang: @escaping @Sendable (Reason) -> Void
    ) throws(ThreadError) {
        thread = try OwnedThread(named: "the watchdog") { [isStopped] in
            let progress = cancellation.progress
            var seen = progress.steps
            var since = Self.now()
            while !isStopped.wait(atMost: min(timeout / 4, 5), until: { $0 }) {
                if progress.steps != seen || progress.isPaused || cancellation.isCancelled {
                    (seen, since) = (progress.steps, Self.now())
                } else if Self.now() - since >= timeout {
                    let error = reason(progress.currentPlace)
                    cancellation.cancel(because: error)
                    if !isStopped.wait(atMost: grace, until: { $0 }) { onHang(error) }
                    return
                }
            }
        }
    }

    deinit { stop() }

    /// Stops watching and waits for the watchdog's thread.
    public func stop() {
        isStopped.withLock { $0 = true }
        thread.join()
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
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
