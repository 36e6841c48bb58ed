import Findings
import Glibc
import JobReport

extension ReportedError {
    /// How often a job may crash in a row: once more, and the source is the reason.
    private static let toleratedCrashes = 2

    /// The same error, or that of a job that crashes each time it is tried: every attempt may take hours.
    ///
    /// - Parameter before: how often the attempts before this one have crashed in a row.
    func counting(crashesBefore before: Int) -> ReportedError {
        guard code == .crashed, before >= Self.toleratedCrashes else { return self }
        let count = before == 2 ? "for the third time" : "\(before + 1) times"
        return ReportedError(
            .crashedRepeatedly, stage, "\(message): it crashed \(count) in a row",
            advice: "please report this with the source")
    }

    /// The error of a job whose process ended without reporting one.
    init(_ end: ChildProcess.End) {
        switch end {
        case .exit(let code):
            self.init(
                .crashed, .job, "the job ended with exit code \(code) and reported nothing",
                advice: "please report this with the source if it happens again")
        case .outOfMemory:
            let limit = Cgroup.memory.map { " (the limit is \(NumberFormat.bytes($0)))" } ?? ""
            self.init(
                .outOfMemory, .job, "the job was killed because it ran out of memory\(limit)",
                advice: "give it more memory")
        case .signal(SIGTERM), .signal(SIGINT):
            self.init(.interrupted, .job, "interrupted twice", advice: "start it again")
        case .signal(SIGKILL):
            self.init(.crashed, .job, "the job was killed", advice: "give it more memory if it happens again")
        case .signal(let signal):
            self.init(
                .crashed, .job, "the job crashed (\(String(cString: strsignal(signal))))",
                advice: "please report this with the source if it happens again")
        }
    }
}
