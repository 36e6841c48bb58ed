/// The extension of a file's name or an object's key: the bytes after the last dot of its last part.
public enum NameExtension {
    /// - Returns: nil for a name without one, and for a name that has nothing before the dot (`.mov`).
    public static func of(_ name: String) -> String? { split(name).fileExtension }

    /// The name without its extension (and without the dot), and the extension.
    public static func split(_ name: String) -> (stem: Substring, fileExtension: String?) {
        let bytes = name.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return (name[...], nil) }
        return (Substring(bytes[..<dot]), String(Substring(bytes[bytes.index(after: dot)...])))
    }
}
