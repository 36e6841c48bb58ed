import Containers
import Findings
import Glibc
import Media

extension LocalStore {
    /// A worker that cleans up may remove the hidden file of one that begins.
    private static var maxTries: Int { 3 }

    var isBucket: Bool { false }

    func putNew(_ key: String, _ bytes: [UInt8]) throws -> Bool {
        var tries = 1
        while true {
            do { return try putOnce(key, bytes) } catch {
                if tries == Self.maxTries { throw error }
                tries += 1
            }
        }
    }

    private func putOnce(_ key: String, _ bytes: [UInt8]) throws -> Bool {
        let file = try stage(key, metadata: nil)
        defer { file.discard() }
        try bytes.withUnsafeBytes { try file.sink.write($0, at: 0) }
        if try file.publish(as: .free(key)) { return true }
        // On NFS the answer to a link that was made may be lost, and the repeated request fails. Source: open(2), O_EXCL.
        return try contents(key, limit: max(bytes.count, 1 << 20)) == bytes
    }

    func createWork(_ key: String) throws -> any StagedObject { try stage(key, metadata: nil) }

    func openWork(_ key: String) throws -> (any ByteSource)? {
        do { return try FileSource(path: path(key)) } catch {
            if access(path(key), F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return nil }
            throw error
        }
    }

    func contents(_ key: String, limit: Int) throws -> [UInt8]? { try openWork(key)?.contents(key, limit: limit) }

    func entries(below prefix: String) throws -> [StoredEntry] {
        var found: [StoredEntry] = []
        try collect(String(prefix.dropLast()), &found)
        return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private func collect(_ folder: String, _ found: inout [StoredEntry]) throws {
        guard let children = children(of: folder) else {
            if errno == ENOENT { return }
            throw ReportedError(errno: errno, path(folder), advice: "make it readable for this user")
        }
        for (key, status) in children {
            if status.st_mode & S_IFMT == S_IFDIR {
                try collect(key, &found)
            } else {
                found.append(
                    StoredEntry(
                        key: key, size: UInt64(status.st_size), time: FileSource.nanoseconds(status.st_mtim)))
            }
        }
    }

    func remove(_ key: String) throws {
        if unlink(path(key)) != 0, errno != ENOENT, errno != ENOTDIR { throw ReportedError(errno: errno, path(key)) }
    }

    func removeStaged(below prefix: String) throws {
        for entry in try entries(below: prefix) where StagedNames.isStaged(entry.key) { try remove(entry.key) }
        var folder = prefix.dropLast()
        // The folder itself and the one for all of them; another worker may be adding to either.
        for _ in 0..<2 {
            guard !folder.isEmpty, rmdir(path(String(folder))) == 0 else { return }
            guard let slash = folder.lastIndex(of: "/") else { return }
            folder = folder[..<slash]
        }
    }
}
