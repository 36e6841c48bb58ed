import Findings
import Glibc
import JobReport

extension ReportedError {
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
