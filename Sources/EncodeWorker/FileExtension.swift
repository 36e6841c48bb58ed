/// The part of a name behind its last dot.
enum FileExtension {
    /// - Returns: nil for a name without one, and for one that is nothing but an extension.
    static func of(_ name: String) -> String? {
        let bytes = name.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return nil }
        return String(Substring(bytes[bytes.index(after: dot)...]))
    }

    /// A name with the extension of another: `b.mp4` by that of `a.mov` is `b.mov`.
    static func replaced(in name: String, byThatOf other: String) -> String {
        let stem = of(name).map { String(Substring(name.utf8.dropLast($0.utf8.count + 1))) } ?? name
        return of(other).map { "\(stem).\($0)" } ?? stem
    }
}
