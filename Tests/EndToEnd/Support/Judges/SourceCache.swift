import Glibc
import Synchronization
import TestSupport

/// Sources that are made of no other file, each made once in a process, whichever tests ask for it.
final class SourceCache: Sendable {
    static let shared = SourceCache()

    /// What a source is made of.
    enum Recipe: Hashable {
        /// The arguments of ffmpeg.
        case ffmpeg([String])
        /// The name of a source in `Catalogue`.
        case catalogue(String)
    }

    private struct Key: Hashable {
        var suffix: String
        var recipe: Recipe
    }

    /// One source, made by the first that asks.
    private final class Entry: Sendable {
        let path: String
        let result = Mutex<Result<String, any Error>?>(nil)

        init(_ path: String) { self.path = path }
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var folder: TemporaryFolder?
    }

    private let state = Mutex(State())

    private init() {
        // Statics are never released, so that the folder would stay.
        atexit { SourceCache.shared.state.withLock { $0.folder?.remove() } }
    }

    /// The path of a source that ffmpeg makes, which must not be changed.
    func path(_ name: String, _ arguments: [String]) throws -> String { try path(name, .ffmpeg(arguments)) }

    /// The path of the source, which must not be changed.
    ///
    /// - Parameter name: its extension decides the container.
    func path(_ name: String, _ recipe: Recipe) throws -> String {
        let suffix = name.split(separator: ".").last.map(String.init) ?? ""
        let entry = try state.withLock { state in
            let folder = try state.folder ?? TemporaryFolder()
            state.folder = folder
            let key = Key(suffix: suffix, recipe: recipe)
            let entry = state.entries[key] ?? Entry(folder("\(state.entries.count).\(suffix)"))
            state.entries[key] = entry
            return entry
        }
        return try entry.result.withLock { result in
            let made = result ?? Result { try Self.write(entry.path, recipe) }
            result = made
            return try made.get()
        }
    }

    private static func write(_ path: String, _ recipe: Recipe) throws -> String {
        switch recipe {
        case .ffmpeg(let arguments): return try FFmpeg.write(path, arguments)
        case .catalogue(let name): return try Catalogue.write(path, name)
        }
    }

    /// Whether the arguments name no file of a single test.
    static func canHold(_ arguments: [String]) -> Bool {
        !arguments.contains { $0.contains("/\(TemporaryFolder.prefix)") }
    }
}
