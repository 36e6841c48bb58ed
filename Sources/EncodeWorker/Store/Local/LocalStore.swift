import AWSCore
import Containers
import Findings
import Glibc
import Media
import Threads

/// A local folder, laid out like a bucket.
struct LocalStore: ObjectStore {
    /// The folder that keys are relative to; empty for paths as keys.
    let root: String

    func path(_ key: String) -> String { root.isEmpty ? key : "\(root)/\(key)" }

    /// Source: limits.h, NAME_MAX and PATH_MAX, as Linux's file systems have them.
    func allows(_ key: String) -> Bool {
        path(key).utf8.count < 4096 && key.utf8.split(separator: UInt8(ascii: "/")).allSatisfy { $0.count <= 255 }
    }

    func keys(below prefix: String) throws -> [String] {
        var found: [String] = []
        try walk(String(prefix.reversed().drop { $0 == "/" }.reversed()), &found)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func walk(_ folder: String, _ found: inout [String]) throws {
        guard let children = children(of: folder) else {
            throw ReportedError(errno: errno, path(folder), advice: "name a folder that holds input/")
        }
        // A link to a folder could form a loop: it is not followed. A dangling link is a source that can't be read.
        for (key, status) in children {
            var target = stat()
            if status.st_mode & S_IFMT == S_IFDIR {
                try walk(key, &found)
            } else if stat(path(key), &target) != 0 || target.st_mode & S_IFMT == S_IFREG {
                found.append(key)
            }
        }
    }

    /// What a folder holds, links themselves and not what they lead to; without what was removed since the folder was
    /// read.
    ///
    /// - Returns: nil if the folder can't be read; `errno` then has the reason.
    func children(of folder: String) -> [(key: String, status: stat)]? {
        guard let directory = opendir(path(folder)) else { return nil }
        defer { closedir(directory) }
        var children: [(key: String, status: stat)] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let key = "\(folder)/\(name)"
            var status = stat()
            if lstat(path(key), &status) == 0 { children.append((key, status)) }
        }
        return children
    }

    func describe(_ key: String) throws -> ObjectDescription? {
        var status = stat()
        guard stat(path(key), &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ReportedError(errno: errno, path(key), advice: "make it readable for this user")
        }
        return ObjectDescription(
            size: UInt64(status.st_size),
            etag: Self.etag(size: UInt64(status.st_size), modified: FileSource.nanoseconds(status.st_mtim)),
            metadata: XattrMetadata.read(path(key)))
    }

    func open(_ key: String) throws -> OpenedObject {
        let file = try FileSource(path: path(key))
        return OpenedObject(bytes: file, etag: Self.etag(size: file.size, modified: file.modificationTime))
    }

    /// A digest would need the whole file to be read; size and modification time distinguish its versions.
    private static func etag(size: UInt64, modified: Int64) -> ETag { ETag("\(size)-\(modified)") }

    /// Whether two paths lead to one file.
    static func isSameFile(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    func create(_ name: OutputName, metadata: OutputMetadata, limit: UInt64?) throws -> any StagedObject {
        try stage(name.key, metadata: metadata)
    }

    func stage(_ key: String, metadata: OutputMetadata?) throws -> StagedFile {
        try makeFolder(of: path(key))
        return try StagedFile(
            path(key), metadata: metadata, path: { path($0) }, etag: { try describe($0)?.etag })
    }

    func copy(
        _ source: OpenedObject, to name: OutputName, metadata: OutputMetadata, cancellation: Cancellation
    ) throws -> Bool {
        try copyThrough(source, to: name, metadata: metadata, cancellation: cancellation)
    }

    /// A staged file whose process is gone is removed when another process creates the same file.
    func removeUnfinished(of key: String) {}

    func put(_ key: String, _ bytes: [UInt8], mediaType: String) throws {
        let file = try stage(key, metadata: nil)
        do {
            try bytes.withUnsafeBytes { try file.sink.write($0, at: 0) }
            _ = try file.publish(as: OutputName(key: key, replaces: .anything))
        } catch {
            file.discard()
            throw error
        }
    }

    private func makeFolder(of file: String) throws {
        guard let slash = file.lastIndex(of: "/"), slash > file.startIndex else { return }
        let folder = String(file[..<slash])
        var status = stat()
        if stat(folder, &status) == 0 { return }
        try makeFolder(of: folder)
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw ReportedError(errno: errno, folder, advice: "make the folder writable for this user")
        }
    }
}
