import JobReport
import Media
import Threads

/// Writes a job's report while the job runs: at most once a minute, and with each chunk that is done.
///
/// Not joined: a report that the store takes long to accept must not hold up the end of its job. The `ReportWriter` sees
/// to it that the last report is the final one.
final class RunningReport: Sendable {
    private struct State: Sendable {
        var facts: JobFacts?
        var progress: TranscodeProgress?
        /// Whether there is something new to write before the interval is over.
        var isDue = false
        var isStopped = false
    }

    private let state = Monitor(State())

    /// - Parameters:
    ///   - seconds: between two reports.
    ///   - write: writes one; its errors are passed over: the job's end reports what is wrong with the store.
    init(every seconds: Double, write: @escaping @Sendable (JobFacts, TranscodeProgress) -> Void) {
        // Without a thread there is only the report at the end.
        try? OwnedThread.detach(named: "the report of a running job") { [state] in
            while true {
                _ = state.wait(atMost: seconds) { $0.isStopped || $0.isDue }
                let (isStopped, facts, progress) = state.withLock { state in
                    state.isDue = false
                    return (state.isStopped, state.facts, state.progress)
                }
                if isStopped { return }
                if let facts, let progress { write(facts, progress) }
            }
        }
    }

    /// The job has begun to encode.
    func begin(_ facts: JobFacts) { state.withLock { $0.facts = facts } }

    func update(_ progress: TranscodeProgress) { state.withLock { $0.progress = progress } }

    /// - Parameter isDue: whether a report is written now.
    func update(_ chunks: Report.Chunks, isDue: Bool) {
        state.withLock { state in
            state.facts?.chunks = chunks
            if isDue { state.isDue = true }
        }
    }

    /// Writes no more, except for a report that is being written.
    func stop() { state.withLock { $0.isStopped = true } }
}

extension Report.Progress {
    /// - Parameters:
    ///   - elapsed: seconds since the job began.
    ///   - endAfter: the time in so many seconds.
    init(_ progress: TranscodeProgress, elapsed: Double, endAfter: (Double) -> String) {
        let share = progress.duration.flatMap { $0 > 0 ? min(1, max(0, progress.seconds / $0)) : nil }
        self.init(
            percent: share.map { ($0 * 1000).rounded() / 10 }, frames: progress.frames,
            framesPerSecond: elapsed > 0 ? Double(progress.frames) / elapsed : 0,
            expectedEnd: share.flatMap { $0 > 0.001 ? endAfter(elapsed / $0 - elapsed) : nil })
    }
}
