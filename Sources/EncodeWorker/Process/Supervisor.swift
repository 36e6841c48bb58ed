import Glibc
import JobReport

/// Runs the Batch job in a child process and reports its outcome if the child can't. It forwards signals.
enum Supervisor {
    /// A job whose process ended without reporting its end.
    struct LostJob {
        var end: ChildProcess.End
        var usage: Usage
        /// When the job started.
        var startedAt: String
        var meter: ResourceMeter
    }

    /// Runs the job, and exits with its exit code if it has one.
    ///
    /// - Returns: nil if no other process can be started, so that this one has to do the job.
    static func run() -> LostJob? {
        let (startedAt, meter) = (SystemClock.now(), ResourceMeter())
        // A terminal's Ctrl-C reaches the supervisor alone, which forwards it once.
        guard let child = ChildProcess(isApart: true) else { return nil }
        Interruption.forwardSignals()
        let outcome = child.wait()
        if case .exit(let code) = outcome.end { exit(code) }
        return LostJob(end: outcome.end, usage: outcome.usage, startedAt: startedAt, meter: meter)
    }
}
