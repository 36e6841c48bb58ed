import AWSCore
import Glibc
import JobReport

/// One source of a bucket, encoded in another process: a crash in a codec ends that process alone, and memory that
/// libraries don't free ends with it.
enum SourceProcess {
    private static let variable = "REELPRESS_ONLY"
    private static let maxReportBytes = 1 << 20

    /// The key that this process is to encode; nil in the process that goes through all of them.
    static func key(_ environment: AWSEnvironment) -> String? { environment[variable] }

    /// In the process that encodes: sends the report to the other one.
    static func sendReport(_ report: Report) {
        guard var bytes = try? report.json()[...] else { return }
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }

    /// Runs the process that encodes a source.
    ///
    /// - Returns: its report (nil if it sent none), how it ended and what it used; nil if no process can be started.
    static func run(_ key: String) -> (report: Report?, end: ChildProcess.End, usage: Usage)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = ChildProcess([variable: key], output: ends[1], isApart: false)
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return nil }
        let bytes = read(ends[0])
        let outcome = child.wait()
        return (Report(json: bytes), outcome.end, outcome.usage)
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            if bytes.count < maxReportBytes { bytes += buffer[..<count] }
        }
    }
}
