import TestSupport
import Testing

/// FFmpeg's programs, which make sources and read outputs.
enum FFmpeg {
    /// Runs `ffmpeg`, which has to succeed.
    @discardableResult
    static func run(_ arguments: [String]) throws -> CommandOutcome {
        let outcome = try Command(["ffmpeg", "-nostdin", "-hide_banner", "-y"] + arguments).run()
        guard outcome.end == .exit(0) else {
            throw CommandFailure("ffmpeg \(arguments.joined(separator: " ")): \(outcome.error)")
        }
        return outcome
    }

    /// Makes a file, or copies it if these arguments made it before.
    ///
    /// - Returns: `path`.
    static func make(_ path: String, _ arguments: [String]) throws -> String {
        guard SourceCache.canHold(arguments) else { return try write(path, arguments) }
        try FileBytes.write(try FileBytes.read(try SourceCache.shared.path(path, arguments)), to: path)
        return path
    }

    /// Makes a file and returns its path.
    static func write(_ path: String, _ arguments: [String]) throws -> String {
        try run(["-v", "error"] + arguments + [path])
        return path
    }

    /// Input arguments for a moving test image.
    static func video(_ size: String = "320x240", rate: Int = 25, seconds: Double = 1) -> [String] {
        ["-f", "lavfi", "-i", "testsrc2=size=\(size):rate=\(rate):duration=\(seconds)"]
    }

    /// Input arguments for a sine tone.
    static func tone(_ frequency: Int = 440, seconds: Double = 1) -> [String] {
        ["-f", "lavfi", "-i", "sine=frequency=\(frequency):duration=\(seconds)"]
    }

    /// Output arguments that give frames a pixel format and colours; FFmpeg 9 ignores options of the encoder for these.
    ///
    /// - Parameter color: range, primaries, transfer function and matrix, as ffprobe names them.
    static func colored(_ format: String, _ color: [String], filter: String = "null") -> [String] {
        let names = ["range", "color_primaries", "color_trc", "colorspace"]
        let parameters = zip(names, color).map { "\($0)=\($1)" }.joined(separator: ":")
        return ["-vf", "\(filter),format=\(format),setparams=\(parameters)"]
    }

    static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1"]

    /// The mean PSNR of a video against another, in dB.
    static func psnr(_ one: String, _ other: String, prepare: String = "null") throws -> Double {
        let filter = "[0:v:0]\(prepare)[a];[1:v:0]\(prepare)[b];[a][b]psnr"
        let log = try run(["-i", one, "-i", other, "-lavfi", filter, "-f", "null", "-"]).error
        let average = log.split(separator: "average:").last?.prefix { !$0.isWhitespace }
        return try #require(average.flatMap { Double($0) }, "ffmpeg reports no PSNR")
    }
}
