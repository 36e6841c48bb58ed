public import Containers
public import Findings
public import Glibc

/// A local file as a source; the one owner of its descriptor.
public final class FileSource: ByteSource {
    public let size: UInt64
    /// Nanoseconds since 1970 at which the file was last changed.
    public let modificationTime: Int64
    private let descriptor: Int32
    private let path: String

    /// - Throws: `ReportedError` of code `inputOutput`, or `unreadableSource` for what is no regular file.
    public init(path: String) throws(ReportedError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            let isMissing = [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP].contains(code)
            throw ReportedError(
                isMissing ? .noSource : .inputOutput, .open, "\(path): \(systemMessage(code))",
                advice: Self.advice(for: code))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw ReportedError(.inputOutput, .open, "\(path): \(systemMessage(code))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ReportedError(.unreadableSource, .open, "\(path) is no file", advice: "name a video file")
        }
        size = UInt64(status.st_size)
        modificationTime = Self.nanoseconds(status.st_mtim)
    }

    deinit { close(descriptor) }

    /// Nanoseconds since 1970.
    public static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset))
            if count >= 0 { return count }
            let code = errno
            guard code == EINTR else {
                throw ReportedError(.inputOutput, .demux, "\(path): \(systemMessage(code))", advice: "try again")
            }
        }
    }

    private static func advice(for code: Int32) -> String {
        switch code {
        case ENOENT: "check the name"
        case EACCES, EPERM: "make it readable for this user"
        default: "try again"
        }
    }
}

/// The system's words for an errno value.
func systemMessage(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else { return "error \(code)" }
        return String(cString: start)
    }
}
