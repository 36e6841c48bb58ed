import Findings
import Glibc

extension ReportedError {
    /// The end of a job that could not tell it itself.
    init(_ end: ChildProcess.End) {
        switch end {
        case .exit(let code):
            self.init(
                .crashed, .job, "the job ended with exit code \(code) and no word",
                advice: "please report this with the source if it happens again")
        case .outOfMemory:
            let limit = ControlGroup.memory.map { ", of which it has \(Figures.bytes($0))" } ?? ""
            self.init(
                .outOfMemory, .job, "the job was killed for want of memory\(limit)", advice: "give it more memory")
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
