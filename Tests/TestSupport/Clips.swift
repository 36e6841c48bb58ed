internal import Media

/// The real clips that `make setup` lays under `.venv/clips`.
public enum Clips {
    /// The package's root folder.
    public static let packageRoot: String = {
        // …/Tests/TestSupport/Clips.swift
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }()

    public static func path(_ name: String) -> String { "\(packageRoot)/.venv/clips/\(name).mp4" }

    public static func bytes(_ name: String) throws -> [UInt8] {
        let file = try FileSource(path: path(name))
        var bytes = [UInt8](repeating: 0, count: Int(file.size))
        var done = 0
        while done < bytes.count {
            done += try bytes.withUnsafeMutableBytes {
                try file.read(at: UInt64(done), into: UnsafeMutableRawBufferPointer(rebasing: $0[done...]))
            }
        }
        return bytes
    }
}
