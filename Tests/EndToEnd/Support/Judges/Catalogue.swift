import TestSupport

/// The sources of `scripts/formats`, from which docs/formats.md is made: a recipe that both need stands there only.
enum Catalogue {
    /// Makes a source, or copies it if a test made it before.
    ///
    /// - Parameters:
    ///   - name: one of those that `scripts/formats list` prints.
    ///   - path: has the extension that stands there too.
    /// - Returns: `path`.
    static func make(_ name: String, _ path: String) throws -> String {
        try FileBytes.write(try FileBytes.read(try SourceCache.shared.path(path, .catalogue(name))), to: path)
        return path
    }

    /// Makes a source and returns its path.
    static func write(_ path: String, _ name: String) throws -> String {
        let outcome = try Command([Tool.path("python"), "\(Tool.root)/scripts/formats", "make", name, path]).run()
        guard outcome.end == .exit(0) else { throw CommandFailure("the source \(name): \(outcome.error)") }
        return path
    }
}
