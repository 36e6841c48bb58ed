import AWSCore
import Containers
import Findings
import Glibc
import Media
import Synchronization

/// A file that is being written next to its target, under a hidden name, until it is published.
final class StagedFile: StagedObject {
    private let target: String
    private let metadata: OutputMetadata?
    private let path: @Sendable (_ key: String) -> String
    private let etag: @Sendable (_ key: String) throws -> ETag?
    private let state: Mutex<State>

    private struct State: Sendable {
        var temporary: String
        var file: FileSink
    }

    /// Also removes files that killed processes left for the same target.
    ///
    /// - Parameters:
    ///   - target: the path that it is created for.
    ///   - path: a key's path.
    ///   - etag: the ETag of the file of a key now; nil if there is none.
    init(
        _ target: String, metadata: OutputMetadata?,
        path: @escaping @Sendable (_ key: String) -> String,
        etag: @escaping @Sendable (_ key: String) throws -> ETag?
    ) throws {
        self.target = target
        self.metadata = metadata
        self.path = path
        self.etag = etag
        StagedNames.removeAbandoned(of: target)
        state = Mutex(try Self.begin(StagedNames.make(for: target)))
    }

    private static func begin(_ temporary: String) throws -> State {
        State(temporary: temporary, file: try FileSink(creating: temporary))
    }

    var sink: any ByteSink { state.withLock { $0.file } }
    private var temporary: String { state.withLock { $0.temporary } }

    var isMovable: Bool { true }

    func reopen() throws -> (any ByteSource)? {
        try FileSource(path: temporary)
    }

    func makeFaststart() throws -> Bool {
        let moved = try Self.begin(StagedNames.make(for: target))
        do {
            try Faststart.copy(try FileSource(path: temporary), to: moved.file)
        } catch {
            unlink(moved.temporary)
            throw error
        }
        state.withLock { state in
            unlink(state.temporary)
            state = moved
        }
        return true
    }

    func publish(as name: OutputName) throws -> Bool {
        let target = path(name.key)
        let (temporary, file) = state.withLock { ($0.temporary, $0.file) }
        if let metadata { _ = XattrMetadata.write(metadata, to: temporary) }
        try file.synchronize()
        switch name.replaces {
        case .nothing:
            guard try Self.link(temporary, to: target) else { return false }
        case .object(let replaced):
            guard try etag(name.key) == replaced else { return false }
            try Self.rename(temporary, to: target)
        case .anything:
            try Self.rename(temporary, to: target)
        }
        synchronizeFolder()
        return true
    }

    /// - Returns: false if there is a file of that name.
    private static func link(_ temporary: String, to target: String) throws -> Bool {
        if Glibc.link(temporary, target) == 0 {
            unlink(temporary)
            return true
        }
        let code = errno
        if code == EEXIST { return false }
        // On file systems without links, the check and the rename are two steps.
        guard code == EPERM || code == ENOTSUP || code == EOPNOTSUPP else { throw ReportedError(errno: code, target) }
        if access(target, F_OK) == 0 { return false }
        try rename(temporary, to: target)
        return true
    }

    private static func rename(_ temporary: String, to target: String) throws {
        if Glibc.rename(temporary, target) != 0 { throw ReportedError(errno: errno, target) }
    }

    /// The new name must survive a loss of power too.
    private func synchronizeFolder() {
        let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    func discard() {
        unlink(temporary)
    }
}
