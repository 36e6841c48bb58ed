import Glibc
import Synchronization
import TestSupport

/// Sources that ffmpeg makes of nothing but its own arguments, each made once in a process, whichever tests ask for it.
final class SourceCache: Sendable {
    static let shared = SourceCache()

    /// One source, made by the first that asks.
    private final class Entry: Sendable {
        let path: String
        let result = Mutex<Result<String, any Error>?>(nil)

        init(_ path: String) { self.path = path }
    }

    private struct State {
        var entries: [[String]: Entry] = [:]
        var folder: TemporaryFolder?
    }

    private let state = Mutex(State())

    private init() {
        // Statics are never released, so that the folder would stay.
        atexit { SourceCache.shared.state.withLock { $0.folder?.remove() } }
    }

    /// The path of the source, which must not be changed.
    ///
    /// - Parameter name: its extension decides the container.
    func path(_ name: String, _ arguments: [String]) throws -> String {
        let suffix = name.split(separator: ".").last.map(String.init) ?? ""
        let entry = try state.withLock { state in
            let folder = try state.folder ?? TemporaryFolder()
            state.folder = folder
            let key = [suffix] + arguments
            let entry = state.entries[key] ?? Entry(folder("\(state.entries.count).\(suffix)"))
            state.entries[key] = entry
            return entry
        }
        return try entry.result.withLock { result in
            let made = result ?? Result { try FFmpeg.write(entry.path, arguments) }
            result = made
            return try made.get()
        }
    }

    /// Whether the arguments name no file of a single test.
    static func canHold(_ arguments: [String]) -> Bool {
        !arguments.contains { $0.contains("/\(TemporaryFolder.prefix)") }
    }
}
