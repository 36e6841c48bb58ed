/// The part of a name after its last dot.
enum FileExtension {
    /// - Returns: nil for a name without one, and for one that consists of an extension only.
    static func of(_ name: String) -> String? {
        let bytes = name.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return nil }
        return String(Substring(bytes[bytes.index(after: dot)...]))
    }

    /// A name with another's extension: for `a.mov`, `b.mov` stays and `b.mp4` becomes `b.mp4.mov`.
    static func added(to name: String, of other: String) -> String {
        guard let own = of(other), of(name)?.lowercased() != own.lowercased() else { return name }
        return "\(name).\(own)"
    }
}
