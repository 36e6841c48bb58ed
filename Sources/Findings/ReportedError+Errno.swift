import Glibc

extension ReportedError {
    /// A file system error of code `inputOutput`, with the system's description of it.
    ///
    /// - Parameter code: the value of `errno`.
    public init(errno code: Int32, _ path: String, _ stage: Stage = .mux, advice: String = "try again") {
        self.init(.inputOutput, stage, "\(path): \(Self.description(ofErrno: code))", advice: advice)
    }

    /// The system's description of an `errno` value.
    private static func description(ofErrno code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }
}
