import Glibc

extension ReportedError {
    /// A file system error of code `inputOutput`, with the system's description of it.
    ///
    /// - Parameter code: an `errno` value.
    public init(system code: Int32, _ path: String, _ stage: Stage, advice: String = "try again") {
        self.init(.inputOutput, stage, "\(path): \(Self.description(ofSystem: code))", advice: advice)
    }

    /// The system's description of an `errno` value.
    private static func description(ofSystem code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }
}
