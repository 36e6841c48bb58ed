public import Containers
public import Findings
public import Glibc

/// A local file as a source; the one owner of its descriptor.
public final class FileSource: ByteSource {
    public let size: UInt64
    /// When the file was last modified, in nanoseconds since 1970.
    public let modificationTime: Int64
    private let descriptor: Int32
    private let path: String

    /// - Throws: `ReportedError` of code `noSource` if it doesn't exist or may not be read, `inputOutput`, or
    ///   `unreadableSource` if it is no regular file.
    public init(path: String) throws(ReportedError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            let isMissing = [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP].contains(code)
            var error = ReportedError(errno: code, path, .open, advice: Self.advice(for: code))
            if isMissing { error.code = .noSource }
            throw error
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw ReportedError(errno: code, path, .open, advice: "")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ReportedError(.unreadableSource, .open, "\(path) is not a regular file", advice: "name a video file")
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
                throw ReportedError(errno: code, path, .demux)
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

/// A new local file as a sink; the one owner of its descriptor.
public final class FileSink: ByteSink {
    private let descriptor: Int32
    private let path: String

    /// Makes the file and locks it: others see that it is being written, also from another container or machine.
    ///
    /// - Parameter path: must not exist.
    /// - Throws: `ReportedError` of code `inputOutput`.
    public init(creating path: String) throws(ReportedError) {
        self.path = path
        while true {
            let created = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if created < 0 { throw Self.failure(path, errno) }
            // Before it was locked, it may have been removed as abandoned. Not every file system has locks.
            var status = stat()
            if flock(created, LOCK_EX) != 0 || fstat(created, &status) != 0 || status.st_nlink > 0 {
                descriptor = created
                return
            }
            close(created)
        }
    }

    /// Whether no process writes a file that a sink made.
    public static func isAbandoned(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
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

    /// Waits until all bytes are on the disk.
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
        return ReportedError(errno: code, path, .mux, advice: advice)
    }
}
