public import Containers
public import Findings
import Glibc

/// A local file as a sink; the one owner of its descriptor. It must not exist before.
public final class FileSink: ByteSink {
    private let descriptor: Int32
    private let path: String

    /// - Throws: `ReportedError` of code `inputOutput`.
    public init(creating path: String) throws(ReportedError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw Self.failure(path, errno) }
    }

    deinit { close(descriptor) }

    public func reserveHead(capacity: UInt64) {}

    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(clamping: offset) + off_t(done))
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw Self.failure(path, code)
            }
            done += count
        }
    }

    /// Waits until the disk has every byte.
    public func synchronize() throws(ReportedError) {
        if fsync(descriptor) != 0 { throw Self.failure(path, errno) }
    }

    private static func failure(_ path: String, _ code: Int32) -> ReportedError {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "free some space and start it again"
            case EACCES, EPERM, EROFS: "make the folder writable for this user"
            case ENOENT: "make the folder first"
            default: "try again"
            }
        return ReportedError(.inputOutput, .mux, "\(path): \(systemMessage(code))", advice: advice)
    }
}
