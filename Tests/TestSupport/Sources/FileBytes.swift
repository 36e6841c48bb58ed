import Glibc

/// Whole files in memory.
public enum FileBytes {
    /// All bytes of a file.
    public static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        return try read(descriptor)
    }

    static func read(_ descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &piece, piece.count, off_t(bytes.count))
            guard count >= 0 else { throw CommandFailure("read: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    /// Makes a file of these bytes, in place of any there was.
    public static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
        guard let file = fopen(path, "we") else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        let bytes = Array(bytes)
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else { throw CommandFailure("\(path): it can't be written") }
    }

    /// Whether there is something under this name.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Nanoseconds since 1970 of the last change, and the file's number: both stay where nobody touches the file.
    public static func identity(_ path: String) throws -> [UInt64] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        return [UInt64(status.st_ino), UInt64(status.st_mtim.tv_sec), UInt64(status.st_mtim.tv_nsec)]
    }
}
