import Glibc

/// One source of a bucket, encoded in a process of its own: what a codec does wrong with one ends that process alone, and
/// what libraries don't give back goes with it.
enum SourceProcess {
    private static let variable = "REELPRESS_ONLY"
    private static let mostBytes = 1 << 20

    /// The key that this process is to encode; nil in the one that goes through them all.
    static var key: String? { Environment[variable] }

    /// In the process that encodes: hands the report to the other one.
    static func hand(_ report: Report) {
        guard var bytes = try? report.json()[...] else { return }
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }

    /// Runs the process that encodes a source.
    ///
    /// - Returns: its report, nil where there is none, and how it ended; nil where no process can be started.
    static func run(_ key: String) -> (report: Report?, end: ChildProcess.End, used: Report.Resources)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child = ChildProcess([variable: key], output: ends[1], isApart: false)
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return nil }
        let bytes = read(ends[0])
        let outcome = child.wait()
        return (Report.reading(bytes), outcome.end, outcome.used)
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            if bytes.count < mostBytes { bytes += buffer[..<count] }
        }
    }
}
