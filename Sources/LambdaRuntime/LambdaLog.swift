import Glibc

/// The function's log: Lambda takes every line of standard error to CloudWatch.
public enum LambdaLog {
    /// Writes one line, at once and whole. Line breaks in the text are escaped, so that no text looks like two lines.
    public static func write(_ text: String) {
        var line: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): line += "\\n".utf8
            case UInt8(ascii: "\r"): line += "\\r".utf8
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\n"))
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
}
