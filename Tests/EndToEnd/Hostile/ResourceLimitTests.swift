import TestSupport
import Testing

/// Small files that claim large frames, tables or durations.
@Suite("Hostile / resource limits") struct ResourceLimitTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Bomb: String, CaseIterable, CustomTestStringConvertible {
        case hugeFrame, hugeRawFrame, manySamples, manySampleSizes, manyStreams, longDuration

        var testDescription: String { rawValue }

        /// Error codes of the report; `none` where the claim is harmless: a run of durations longer than the list of
        /// samples.
        var codes: [String] {
            switch self {
            case .manyStreams, .longDuration: ["limit"]
            // libavformat drops a size above its limit, so nothing can be decoded.
            case .hugeFrame: ["damaged-source"]
            case .hugeRawFrame: ["limit", "unreadable-source"]
            case .manySamples: ["none"]
            case .manySampleSizes: ["limit", "truncated-source", "unreadable-source", "no-video"]
            }
        }
    }

    private func place(of name: String, in bytes: [UInt8]) throws -> Range<Int> {
        guard let place = bytes.firstRange(of: Array(name.utf8)) else { throw CommandFailure("no \(name) box") }
        return place
    }

    private func make(_ bomb: Bomb) throws -> String {
        let base = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=0.4"]
        let mpeg4 = ["-c:v", "mpeg4", "-pix_fmt", "yuv420p"]
        switch bomb {
        case .hugeFrame:
            // The sample entry of raw frames has their size.
            let path = try FFmpeg.make(folder("huge.mov"), base + ["-c:v", "rawvideo", "-pix_fmt", "yuyv422"])
            var bytes = try FileBytes.read(path)
            let entry = try self.place(of: "yuvs", in: bytes)
            bytes.replaceSubrange(entry.upperBound + 24..<entry.upperBound + 28, with: [0xFF, 0xFF, 0xFF, 0xFF])
            try FileBytes.write(bytes, to: path)
            return path
        case .hugeRawFrame:
            let path = folder("huge.y4m")
            try FileBytes.write(Array("YUV4MPEG2 W65535 H65535 F25:1 Ip A1:1 C420jpeg\nFRAME\nxxxx".utf8), to: path)
            return path
        case .manySamples, .manySampleSizes:
            let path = try FFmpeg.make(folder("many.mp4"), base + mpeg4)
            var bytes = try FileBytes.read(path)
            let name = bomb == .manySamples ? "stts" : "stsz"
            let place = try self.place(of: name, in: bytes)
            // One billion: a run of equal durations, or a count of equal sizes.
            let count = place.upperBound + 8
            bytes.replaceSubrange(count..<count + 4, with: HostileFile.big(1_000_000_000))
            if bomb == .manySampleSizes {
                bytes.replaceSubrange(count - 4..<count, with: HostileFile.big(1))
            }
            try FileBytes.write(bytes, to: path)
            return path
        case .manyStreams:
            let sound = try FFmpeg.make(folder("s.mka"), FFmpeg.tone(seconds: 0.2) + ["-c:a", "pcm_s16le"])
            let video = try FFmpeg.make(folder("p.mkv"), base + FFmpeg.h264)
            let maps = (0..<520).flatMap { _ in ["-map", "1:a"] }
            return try FFmpeg.make(
                folder("streams.mkv"), ["-i", video, "-i", sound, "-map", "0:v"] + maps + ["-c", "copy"])
        case .longDuration:
            let path = try FFmpeg.make(folder("long.mp4"), base + mpeg4)
            var bytes = try FileBytes.read(path)
            let place = try self.place(of: "mdhd", in: bytes)
            // One tick a second, so that 0.4 s become 5120 × 10 and more.
            bytes.replaceSubrange(place.upperBound + 12..<place.upperBound + 16, with: HostileFile.big(1))
            let header = try self.place(of: "mvhd", in: bytes)
            bytes.replaceSubrange(header.upperBound + 12..<header.upperBound + 16, with: HostileFile.big(1))
            bytes.replaceSubrange(header.upperBound + 16..<header.upperBound + 20, with: HostileFile.big(1_000_000))
            let stts = try self.place(of: "stts", in: bytes)
            bytes.replaceSubrange(stts.upperBound + 12..<stts.upperBound + 16, with: HostileFile.big(100_000))
            let edits = bytes.firstRange(of: Array("edts".utf8))
            if let edits { bytes.replaceSubrange(edits, with: Array("free".utf8)) }
            try FileBytes.write(bytes, to: path)
            return path
        }
    }

    @Test("A small file that claims much is refused in little memory", arguments: Bomb.allCases)
    func memory(bomb: Bomb) throws {
        let (input, output) = (try make(bomb), folder("\(bomb.rawValue).out.mkv"))
        let outcome = try Command(
            ["bash", "-c", "ulimit -v 4000000; exec \"$0\" \"$@\"", Worker.path, "encode", input, output]
        ).run()
        let isHarmless = bomb.codes == ["none"]
        #expect(outcome.end == .exit(isHarmless ? 0 : 10), "\(outcome.error)")
        #expect(outcome.errorLines.count == (isHarmless ? 0 : 1), "\(outcome.error)")
        let code = try JobReport.read("\(output).json").error?.code ?? "none"
        #expect(bomb.codes.contains(code), "\(code): \(outcome.error)")
        #expect(FileBytes.exists(output) == isHarmless)
    }
}
