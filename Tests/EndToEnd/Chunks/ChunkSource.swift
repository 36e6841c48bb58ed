import TestSupport
import Testing

/// Sources of all kinds that are encoded in chunks: with a keyframe every 12 frames or so.
enum ChunkSource: String, CaseIterable, CustomTestStringConvertible {
    case plain, hdr, variableRate, interlaced, streams

    var testDescription: String { rawValue }

    /// Seconds: a minute and more in the long run.
    private static let seconds = Soak.isOn ? 60.0 : 4
    /// Frames of a chunk, about: some chunks in the short run, five and more in the long one.
    static let frames = Soak.isOn ? 250 : 24

    var hasCopiedStreams: Bool { self == .plain || self == .streams }

    var fileExtension: String { self == .streams ? "mkv" : "mp4" }

    /// Makes the source, or copies it.
    func make(_ path: String) throws -> String {
        let group = ["-g", "12", "-bf", "2", "-preset", "ultrafast", "-threads", "1"]
        let video = FFmpeg.video("320x240", seconds: Self.seconds)
        switch self {
        case .plain:
            return try FFmpeg.make(
                path, video + FFmpeg.tone(seconds: Self.seconds) + ["-c:v", "libx264"] + group + ["-c:a", "aac"])
        case .hdr:
            let x265 =
                "log-level=none:keyint=12:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1:"
                + "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400"
            return try FFmpeg.make(
                path,
                video + ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", x265])
        case .variableRate:
            return try FFmpeg.make(
                path,
                video + ["-vf", "select=not(eq(mod(n\\,7)\\,3))", "-fps_mode", "vfr", "-c:v", "libx264"] + group)
        case .interlaced:
            return try FFmpeg.make(
                path,
                video + ["-vf", "interlace", "-c:v", "libx264", "-flags", "+ilme+ildct", "-x264-params", "tff=1"]
                    + group)
        case .streams:
            let words = "\(path).srt"
            let lines = (0..<Int(Self.seconds)).map {
                "\($0 + 1)\n00:00:\($0 < 10 ? "0" : "")\($0),100 --> 00:00:\($0 < 10 ? "0" : "")\($0),900\nline \($0)\n"
            }
            try FileBytes.write(lines.joined(separator: "\n").utf8, to: words)
            return try FFmpeg.make(
                path,
                video + FFmpeg.tone(seconds: Self.seconds) + FFmpeg.tone(880, seconds: Self.seconds) + ["-i", words]
                    + ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264"] + group
                    + ["-c:a", "aac", "-c:s", "srt"])
        }
    }
}
