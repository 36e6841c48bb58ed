/// The part of a name behind its last dot.
enum FileExtension {
    /// - Returns: nil for a name without one, and for one that is nothing but an extension.
    static func of(_ name: String) -> String? {
        let bytes = name.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
        guard let dot = bytes[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return nil }
        return String(Substring(bytes[bytes.index(after: dot)...]))
    }

    /// A name that has the extension of another: `b.mov` stays, `b.mp4` gets that of `a.mov` added.
    static func added(to name: String, ofThat other: String) -> String {
        guard let own = of(other), of(name)?.lowercased() != own.lowercased() else { return name }
        return "\(name).\(own)"
    }
}
