import Findings
import Threads

/// Looks at a source while its job runs, so that one that was replaced or deleted is not encoded to its end.
///
/// Not joined: a look that waits for an answer must not hold up the end of its job.
struct SourceWatch {
    private let isStopped = Monitor(false)

    /// - Parameters:
    ///   - seconds: between two looks.
    ///   - cancellation: cancelled with the error of the check.
    ///   - check: throws a `ReportedError` of code `no-source` or `modified-source` if the source is not the one that
    ///     was opened. What else it throws is passed over: the job itself notices if the source can't be read.
    init(every seconds: Double, _ cancellation: Cancellation, check: @escaping @Sendable () throws -> Void) {
        // Without a thread, the check before the output is published remains.
        try? OwnedThread.detach(named: "the watch on the source") { [isStopped] in
            while !isStopped.wait(atMost: seconds, until: { $0 }) {
                do { try check() } catch let error as ReportedError where Self.isFinal(error) {
                    isStopped.withLock { if !$0 { cancellation.cancel(because: error) } }
                    return
                } catch {}
            }
        }
    }

    /// Stops looking. After this call it cancels nothing.
    func stop() { isStopped.withLock { $0 = true } }

    private static func isFinal(_ error: ReportedError) -> Bool {
        error.code == .noSource || error.code == .modifiedSource
    }
}
