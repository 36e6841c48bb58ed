import AWSCore
import Glibc
import JobReport
import Synchronization

/// One source of a bucket, encoded in another process: a crash in a codec ends that process alone, and memory that
/// libraries don't free ends with it.
enum SourceProcess {
    private static let variable = "REELPRESS_ONLY"
    private static let maxReportBytes = 1 << 20
    /// One process is started at a time.
    private static let starts = Mutex(())

    /// The key that this process is to encode; nil in the process that goes through all of them.
    static func key(_ environment: AWSEnvironment) -> String? { environment[variable] }

    /// In the process that encodes: sends the report to the other one.
    static func sendReport(_ report: Report) {
        if let bytes = try? report.json() { write(bytes) }
    }

    /// In the process that encodes: sends a message to the other one.
    static func send(_ message: SourceMessage) { write(Array("\(message.text)\n".utf8)) }

    private static func write(_ bytes: [UInt8]) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }

    /// Runs the process that encodes a source.
    ///
    /// - Parameter onMessage: called on this thread.
    /// - Returns: its report (nil if it sent none), how it ended and what it used; nil if no process can be started.
    static func run(
        _ key: String, onMessage: (SourceMessage) -> Void = { _ in }
    ) -> (report: Report?, end: ChildProcess.End, usage: Usage)? {
        var ends: [Int32] = [-1, -1]
        // A process that another thread starts at the same time must not hold the pipe open.
        let child: ChildProcess? = starts.withLock { _ in
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return ChildProcess([variable: key], output: ends[1], isApart: false)
        }
        if ends[1] >= 0 { close(ends[1]) }
        defer { if ends[0] >= 0 { close(ends[0]) } }
        guard let child else { return nil }
        let bytes = read(ends[0], onMessage)
        let outcome = child.wait()
        return (Report(json: bytes), outcome.end, outcome.usage)
    }

    /// Runs a process that helps another one with the chunks of a source.
    ///
    /// - Returns: how it ended; nil if no process can be started.
    static func help(_ key: String) -> ChildProcess.End? {
        let variables = HelperProcesses.variables.merging([variable: key]) { $1 }
        return starts.withLock { _ in ChildProcess(variables, isApart: false) }?.wait().end
    }

    /// Messages are lines, and the report is what begins with a brace.
    private static func read(_ descriptor: Int32, _ onMessage: (SourceMessage) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            if bytes.count < maxReportBytes { bytes += buffer[..<count] }
            while let first = bytes.first, first != UInt8(ascii: "{"),
                let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
            {
                if let message = SourceMessage(String(decoding: bytes[..<end], as: UTF8.self)) { onMessage(message) }
                bytes.removeFirst(end + 1)
            }
        }
    }
}
