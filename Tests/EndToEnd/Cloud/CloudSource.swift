import TestSupport
import Testing

/// Sources that many tests share, with what the worker makes of them on a local disk. Each is made once.
struct CloudSource: Sendable {
    /// The source's file.
    let path: String
    /// The output's bytes.
    let output: [UInt8]
    let fileExtension: String

    private init(_ fileExtension: String, _ arguments: [String]) throws {
        self.fileExtension = fileExtension
        path = try SourceCache.shared.path("source.\(fileExtension)", arguments)
        let folder = try TemporaryFolder()
        let output = folder("output.\(fileExtension)")
        try Worker.encode(path, output)
        self.output = try FileBytes.read(output)
    }

    private static let madeSmall = Result {
        try CloudSource("mp4", FFmpeg.video("64x64") + FFmpeg.h264 + ["-frames:v", "10"])
    }

    private static let madeLarge = Result {
        let noise = "anoisesrc=r=192000:d=8:a=1:seed=1,aformat=sample_fmts=s16:channel_layouts=7.1"
        return try CloudSource(
            "mkv",
            FFmpeg.video("64x64", seconds: 8) + ["-f", "lavfi", "-i", noise] + FFmpeg.h264 + ["-c:a", "pcm_s16le"])
    }

    /// A few frames: its output is one request.
    static var small: CloudSource { get throws { try madeSmall.get() } }

    /// Few frames and 24 MB of audio, which is copied: its output is several parts and takes little work.
    static var large: CloudSource { get throws { try madeLarge.get() } }

    /// The path of a source with frames that keep the encoder busy for a while, whatever the machine.
    static var long: String {
        get throws {
            try SourceCache.shared.path("source.mp4", FFmpeg.video("640x360", seconds: 40) + FFmpeg.h264)
        }
    }
}
