import TestSupport
import Testing

/// Sources that many tests share, with what the worker makes of them on a local disk.
struct CloudSource: Sendable {
    /// The source's file.
    let path: String
    /// The output's bytes.
    let output: [UInt8]
    let fileExtension: String

    private static let folder = try! TemporaryFolder()

    private init(_ name: String, _ arguments: [String]) throws {
        path = try FFmpeg.make(Self.folder(name), arguments)
        fileExtension = name.hasSuffix("mkv") ? "mkv" : "mp4"
        let output = Self.folder("output-\(name).\(fileExtension)")
        try Worker.encode(path, output)
        self.output = try FileBytes.read(output)
    }

    /// A few pictures: its output is one request.
    static let small = try! CloudSource("small.mp4", FFmpeg.picture("64x64") + FFmpeg.h264 + ["-frames:v", "10"])

    /// Few pictures, and much sound, which is copied: its output is several parts and takes little work.
    static let large = try! CloudSource(
        "large.mkv",
        FFmpeg.picture("64x64", seconds: 10) + [
            "-f", "lavfi", "-i",
            "anoisesrc=r=192000:d=10:a=1:seed=1,aformat=sample_fmts=s16:channel_layouts=7.1",
        ] + FFmpeg.h264 + ["-c:a", "pcm_s16le"])

    /// Pictures that keep the encoder busy for a while, whatever the machine.
    static let long: String = try! FFmpeg.make(
        folder("long.mp4"), FFmpeg.picture("640x360", seconds: 40) + FFmpeg.h264)
}
