/// Real clips, which `make setup` downloads to `.venv/clips`.
public enum Clips {
    public static func path(_ name: String) -> String { "\(Tool.root)/.venv/clips/\(name).mp4" }

    /// Real clips that no encoder here can make; nil if they don't lie next to the working copy.
    public static let hdr10Plus = media("hdr10plus.mkv")
    public static let dolbyVision = media("dolby-vision-8.1.mkv")

    private static func media(_ name: String) -> String? {
        let path = "\(Tool.root)/../shared/media/\(name)"
        return FileBytes.exists(path) ? path : nil
    }

    public static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(path(name)) }
}
