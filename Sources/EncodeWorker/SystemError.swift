import Findings
import Glibc
import Media

extension ReportedError {
    /// An error of the file system, with the system's words for it.
    init(system code: Int32, _ path: String, advice: String = "try again") {
        self.init(.inputOutput, .mux, "\(path): \(String(cString: strerror(code)))", advice: advice)
    }
}
