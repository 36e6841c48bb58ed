/// The real clips that `make setup` lays under `.venv/clips`.
public enum Clips {
    public static func path(_ name: String) -> String { "\(Tool.root)/.venv/clips/\(name).mp4" }

    public static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(path(name)) }
}
