import CLinux

/// An output's metadata in extended attributes of its file, so that they are published and deleted with it.
///
/// Source: xattr(7).
enum XattrMetadata {
    private static let fields: [(name: String, field: any WritableKeyPath<OutputMetadata, String> & Sendable)] = [
        ("user.reelpress.source", \.source), ("user.reelpress.source-etag", \.sourceETag),
        ("user.reelpress.settings", \.settings), ("user.reelpress.version", \.version),
    ]

    /// - Returns: nil if the file has none.
    static func read(_ path: String) -> OutputMetadata? {
        var metadata = OutputMetadata(stored: "", "", "", "")
        for (name, field) in fields {
            guard let value = value(path, name) else { return nil }
            metadata[keyPath: field] = value
        }
        return metadata
    }

    private static func value(_ path: String, _ name: String) -> String? {
        let size = getxattr(path, name, nil, 0)
        guard size >= 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard getxattr(path, name, &bytes, size) == size else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: false if the file system has no extended attributes.
    static func write(_ metadata: OutputMetadata, to path: String) -> Bool {
        fields.allSatisfy { name, field in
            let bytes = Array(metadata[keyPath: field].utf8)
            return setxattr(path, name, bytes, bytes.count, 0) == 0
        }
    }
}
