import Glibc

/// A small process that starts a job of AWS Batch in another one and tells its end where that can't. It passes signals
/// on.
enum Supervisor {
    /// There in the supervisor alone, once the job has ended without telling. Set before there is a second thread.
    nonisolated(unsafe) private(set) static var lost: (end: ChildProcess.End, used: Report.Resources)?

    /// The job's start, and what runs from then on.
    static let (startedAt, meter) = (Report.now(), ResourceMeter())

    /// Comes back where no other process can be started, and for a job that could not tell its end.
    static func start() {
        _ = meter
        // A terminal's Ctrl-C reaches the supervisor alone, which passes it on once.
        guard let child = ChildProcess(isApart: true) else { return }
        passSignalsOn()
        let outcome = child.wait()
        if case .exit(let code) = outcome.end { exit(code) }
        lost = outcome
    }

    private static func passSignalsOn() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { ChildProcess.pass($0) }
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        Interruption.permit()
    }
}
