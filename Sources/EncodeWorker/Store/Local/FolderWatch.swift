import Findings
import Glibc

/// The files of a folder and of all folders in it, and what changes there. As `LocalStore.keys`, it follows no links to
/// folders.
///
/// The kernel reports what happens through this machine: not what another machine writes to a shared folder.
struct FolderWatch {
    enum Change: Equatable {
        /// A file was created, written, or moved here.
        case file(String)
        /// A file was removed or moved away.
        case gone(String)
        /// A folder was, with all that is in it.
        case folderGone(String)
        /// The kernel lost events: these are all files.
        case files([String])
    }

    private let store: LocalStore
    private let folder: String
    private let inotify: Inotify
    private let lock: FolderLock
    /// The folders' keys by the numbers of their watches.
    private var folders: [Int32: String] = [:]

    private static let mask =
        IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF

    /// - Parameter folder: its key, without a slash at the end.
    /// - Throws: `ReportedError`, also if another process watches it.
    init(_ folder: String, in store: LocalStore) throws(ReportedError) {
        self.store = store
        self.folder = folder
        lock = try FolderLock(store.path(folder))
        inotify = try Inotify()
        // Sent when a lease of `Arrivals.Look` is broken.
        signal(SIGIO, SIG_IGN)
    }

    /// Readable while there are changes.
    var descriptor: Int32 { inotify.descriptor }

    /// Watches every folder.
    ///
    /// - Returns: the keys of all files.
    /// - Throws: `ReportedError`.
    mutating func start() throws(ReportedError) -> [String] {
        folders = [:]
        var files: [String] = []
        guard try add(folder, &files) else {
            throw ReportedError(errno: errno, store.path(folder), .job, advice: "name a folder that holds input/")
        }
        return files
    }

    /// What changed since the last call.
    ///
    /// - Throws: `ReportedError`, also if the folder itself is gone.
    mutating func changes() throws(ReportedError) -> [Change] {
        var changes: [Change] = []
        for event in inotify.read() {
            if event.mask & IN_Q_OVERFLOW != 0 {
                changes.append(.files(try start()))
                continue
            }
            guard let parent = folders[event.watch] else { continue }
            if event.mask & IN_IGNORED != 0 { folders[event.watch] = nil }
            if event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) != 0, parent.utf8.elementsEqual(folder.utf8) {
                throw ReportedError(
                    .inputOutput, .job, "\(store.path(folder)) was removed or moved", advice: "start it again")
            }
            guard !event.name.isEmpty else { continue }
            try note(event, "\(parent)/\(event.name)", &changes)
        }
        return changes
    }

    private mutating func note(_ event: Inotify.Event, _ key: String, _ changes: inout [Change]) throws(ReportedError) {
        let (isFolder, isGone) = (event.mask & IN_ISDIR != 0, event.mask & (IN_DELETE | IN_MOVED_FROM) != 0)
        if isGone {
            if isFolder { forget(key) }
            changes.append(isFolder ? .folderGone(key) : .gone(key))
        } else if isFolder {
            var files: [String] = []
            _ = try add(key, &files)
            changes += files.map { .file($0) }
        } else {
            changes.append(.file(key))
        }
    }

    /// Watches a folder before it is read, so that what appears in the meantime is found twice rather than never.
    ///
    /// - Returns: false if it can't be read.
    private mutating func add(_ key: String, _ files: inout [String]) throws(ReportedError) -> Bool {
        let follow = key.utf8.elementsEqual(folder.utf8) ? 0 : IN_DONT_FOLLOW
        guard let watch = try inotify.add(store.path(key), Self.mask | follow) else { return false }
        folders[watch] = key
        guard let children = store.children(of: key) else { return false }
        for (key, status) in children {
            if status.st_mode & S_IFMT == S_IFDIR {
                _ = try add(key, &files)
            } else {
                files.append(key)
            }
        }
        return true
    }

    /// A folder that was moved away would report under its old name.
    private mutating func forget(_ key: String) {
        for (watch, other) in folders where Self.isBelow(other, key) {
            inotify.remove(watch)
            folders[watch] = nil
        }
    }

    /// Whether a key is that of a folder, or below it.
    static func isBelow(_ key: String, _ folder: String) -> Bool {
        let rest = key.utf8.dropFirst(folder.utf8.count)
        return key.utf8.starts(with: folder.utf8) && (rest.isEmpty || rest.first == UInt8(ascii: "/"))
    }
}

/// A folder that one process has for itself, as long as this object lives: two that watch the same folder would encode
/// everything twice. Not every file system has such locks; there it does nothing.
private final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `ReportedError` if another process has it.
    init(_ path: String) throws(ReportedError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        throw ReportedError(.refused, .job, "\(path) is watched by another process", advice: "end that one first")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
