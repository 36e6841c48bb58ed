import Findings
import Glibc

extension ReportedError {
    /// An error of the file system, with the system's message.
    init(errno code: Int32, _ path: String, advice: String = "try again") {
        self.init(.inputOutput, .mux, "\(path): \(String(cString: strerror(code)))", advice: advice)
    }
}
