/// A current ffmpeg besides Debian's, of the Python environment.
public enum CurrentFFmpeg {
    /// Nil if the environment has none.
    public static let path: String? = {
        let outcome = try? Command([
            Tool.path("python"), "-c", "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe(), end='')",
        ]).run()
        return outcome.flatMap { $0.output.isEmpty ? nil : $0.output }
    }()

    /// Runs it quietly; it has to succeed.
    public static func run(_ arguments: [String]) throws {
        guard let path else { throw CommandFailure("the Python environment has no ffmpeg") }
        let outcome = try Command([path, "-nostdin", "-v", "error", "-y"] + arguments).run()
        guard outcome.end == .exit(0) else {
            throw CommandFailure("ffmpeg \(arguments.joined(separator: " ")): \(outcome.error)")
        }
    }
}
