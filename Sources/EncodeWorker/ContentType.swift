import Media

/// Media types by a name's extension.
enum ContentType {
    /// - Returns: nil for a name that doesn't tell.
    static func of(_ key: String) -> String? {
        let last = key.utf8.reversed().prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
        switch Container(rawValue: String(decoding: last.reversed(), as: UTF8.self)) {
        case .mp4: return "video/mp4"
        case .matroska: return "video/x-matroska"
        case nil: return nil
        }
    }
}
