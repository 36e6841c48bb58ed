import Glibc
public import Threads

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
