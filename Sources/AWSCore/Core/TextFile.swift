import Glibc

/// A small file's text: profiles, tokens.
enum TextFile {
    private static let largest = 1 << 20

    /// - Returns: nil where the file can't be read or is larger than 1 MiB.
    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "rbe") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: largest + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= largest, ferror(file) == 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
