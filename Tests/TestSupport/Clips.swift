internal import Media

/// The real clips that `make setup` lays under `.venv/clips`.
public enum Clips {
    public static func path(_ name: String) -> String { "\(Tool.root)/.venv/clips/\(name).mp4" }

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
