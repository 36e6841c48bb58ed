import AWSCore
import CLinux

/// An output's metadata in extended attributes of its file, so that they are published and deleted with it.
///
/// Source: xattr(7).
enum XattrMetadata {
    private enum Name {
        static let source = "user.reelpress.source"
        static let sourceETag = "user.reelpress.source-etag"
        static let settings = "user.reelpress.settings"
        static let version = "user.reelpress.version"
    }

    /// - Returns: nil if the file has none.
    static func read(_ path: String) -> OutputMetadata? {
        guard let source = value(path, Name.source), let etag = value(path, Name.sourceETag),
            let settings = value(path, Name.settings), let version = value(path, Name.version)
        else { return nil }
        return OutputMetadata(stored: source, ETag(etag), settings, version)
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
        let fields = [
            (Name.source, metadata.source), (Name.sourceETag, metadata.sourceETag.value),
            (Name.settings, metadata.settings), (Name.version, metadata.version),
        ]
        return fields.allSatisfy { name, value in
            let bytes = Array(value.utf8)
            return setxattr(path, name, bytes, bytes.count, 0) == 0
        }
    }
}
