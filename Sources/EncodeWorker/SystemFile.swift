import Glibc

/// A small file in which the system tells of itself, below /proc or /sys.
enum SystemFile {
    /// - Returns: the lines of its first 64 KiB; none where it can't be read.
    static func lines(_ path: String) -> [String] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
