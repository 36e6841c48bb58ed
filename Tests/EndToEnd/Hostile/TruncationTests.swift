import TestSupport
import Testing

/// A truncated source is refused, whatever the container; it never becomes a shorter output.
@Suite("Hostile / truncated sources") struct TruncationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Container: String, CaseIterable, CustomTestStringConvertible {
        case mp4, frontMP4, fragmentedMP4, mov, mkv, webm, avi, ts, m2ts, mpg, flv, wmv, ogv, mxf, gp3, dv

        var testDescription: String { rawValue }

        var fileExtension: String {
            switch self {
            case .frontMP4, .fragmentedMP4: "mp4"
            case .gp3: "3gp"
            default: rawValue
            }
        }

        var options: [String] {
            let aac = ["-c:a", "aac"]
            return switch self {
            case .mp4: FFmpeg.h264 + aac
            case .frontMP4: FFmpeg.h264 + aac + ["-movflags", "faststart"]
            case .fragmentedMP4: FFmpeg.h264 + aac + ["-movflags", "frag_keyframe+empty_moov", "-g", "10"]
            case .mov: ["-c:v", "mjpeg", "-c:a", "pcm_s16le"]
            case .mkv: FFmpeg.h264 + ["-c:a", "libopus"]
            case .webm: ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"]
            case .avi: ["-c:v", "mpeg4", "-c:a", "libmp3lame"]
            case .ts: FFmpeg.h264 + aac
            case .m2ts: FFmpeg.h264 + ["-c:a", "ac3", "-mpegts_m2ts_mode", "1"]
            case .mpg: ["-c:v", "mpeg2video", "-c:a", "mp2"]
            case .flv: FFmpeg.h264 + aac
            case .wmv: ["-c:v", "wmv2", "-c:a", "wmav2"]
            case .ogv: ["-c:v", "libtheora", "-c:a", "libvorbis"]
            case .mxf: ["-c:v", "mpeg2video", "-c:a", "pcm_s16le", "-ar", "48000"]
            case .gp3: ["-c:v", "h263", "-s", "176x144", "-c:a", "aac"]
            case .dv:
                [
                    "-c:v", "dvvideo", "-s", "720x576", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", "-ar", "48000",
                    "-ac", "2",
                ]
            }
        }

        /// The unit of a container that doesn't declare its size: truncated between two units, it is a complete,
        /// shorter file.
        var pieces: String? {
            switch self {
            case .fragmentedMP4: "fragments"
            case .ts, .m2ts: "packets of 188 or 192 bytes"
            case .mpg: "packs"
            case .dv: "frames of 144,000 bytes"
            case .ogv: "pages"
            default: nil
            }
        }
    }

    @Test("A truncated source is refused, wherever it ends", arguments: Container.allCases)
    func refused(container: Container) throws {
        let whole = try FFmpeg.make(
            folder("whole.\(container.fileExtension)"),
            FFmpeg.video("96x64", seconds: 1.2) + FFmpeg.tone(seconds: 1.2) + container.options)
        let bytes = try FileBytes.read(whole)
        let sound = try Worker.run(["encode", whole, folder("whole.out.mkv"), "--preset", "ultrafast"])
        #expect(sound.end == .exit(0), "\(sound.error)")
        for share in [0.03, 0.21, 0.47, 0.72, 0.9, 0.97, 0.995] {
            // Never between two units.
            let length = Int(Double(bytes.count) * share) / 188 / 192 * 188 * 192 + 1 + Int(share * 1000) % 180
            guard length < bytes.count else { continue }
            let (input, output) = (folder("cut.\(container.fileExtension)"), folder("cut-\(share).mkv"))
            try FileBytes.write(bytes[..<length], to: input)
            let outcome = try Worker.run(["encode", input, output, "--preset", "ultrafast"])
            #expect(outcome.end == .exit(10), "\(length) of \(bytes.count) bytes: \(outcome.error)")
            #expect(!FileBytes.exists(output))
        }
    }
}
