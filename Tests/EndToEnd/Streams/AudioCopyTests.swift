import TestSupport
import Testing

/// Audio that a container doesn't support: another container is chosen, or the source is refused; nothing is lost
/// without a note.
@Suite("Streams / copied audio") struct AudioCopyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// MP4's E-AC-3 samples have six blocks; at this bit rate a frame has two.
    private func shortFrames() throws -> String {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.video() + ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=1"] + FFmpeg.h264
                + ["-c:a", "eac3", "-b:a", "3000k"])
        try #require(try Probe.packets(source, "a:0").count > 90)
        return source
    }

    @Test("E-AC-3 with short frames is stored in Matroska") func shortFramesToMatroska() throws {
        let source = try shortFrames()
        try FileBytes.write(FileBytes.read(source), to: folder("bucket/input/clip.mkv"))
        let arguments = ["bucket", "\(folder.path)/bucket", "--preset", "ultrafast"]
        let outcome = try Worker.run(arguments)
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try Judge.packets(source, "\(folder.path)/bucket/output/preserve/clip.mkv", "a:0") == [])
    }

    @Test("E-AC-3 with short frames is refused for MP4") func shortFramesToMP4() throws {
        let outcome = try Worker.run(["encode", shortFrames(), folder("output.mp4"), "--container", "mp4"])
        #expect(outcome.end == .exit(10) && outcome.error.contains("stream 1"), "\(outcome.error)")
        #expect(outcome.error.contains("mkv") && !outcome.error.contains("report"))
    }

    @Test("An incomplete first audio frame is dropped and reported") func partialFirstFrame() throws {
        let whole = try FFmpeg.make(
            folder("whole.mkv"), FFmpeg.video() + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "ac3"])
        var bytes = try FileBytes.read(whole)
        let frame = try #require(bytes.firstRange(of: [0x0B, 0x77])).lowerBound
        for index in frame..<frame + 2 { bytes[index] = 0 }
        let (source, output) = (folder("source.mkv"), folder("output.mp4"))
        try FileBytes.write(bytes, to: source)
        try Worker.encode(source, output)
        let before = try Probe.packets(source, "a:0").dropFirst()
        #expect(try Probe.packets(output, "a:0").map(\.dataHash) == before.map(\.dataHash))
        #expect(
            try JobReport.read("\(output).json").notes
                == ["1 packet at the start of stream 1 was dropped: it is not a complete audio frame"])
    }

    /// Players that open every stream would not even play the video.
    @Test("Audio with damaged headers is refused") func damagedHeaders() throws {
        let whole = try FFmpeg.make(
            folder("whole.webm"),
            FFmpeg.video() + FFmpeg.tone() + ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"])
        var bytes = try FileBytes.read(whole)
        let setup = try #require(bytes.firstRange(of: Array("\u{5}vorbis".utf8))).upperBound
        for index in setup + 8..<setup + 40 { bytes[index] ^= 0x55 }
        let source = folder("source.webm")
        try FileBytes.write(bytes, to: source)
        let outcome = try Worker.run(["encode", source, folder("output.mkv"), "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10), "\(outcome.error)")
        #expect(outcome.error.contains("stream 1 (vorbis audio)"), "\(outcome.error)")
    }

    /// Readers take an MP4's audio whose packets last one tick each for raw samples.
    @Test("Audio with broken timestamps keeps its packets") func brokenTimestamps() throws {
        let filters = "setts=pts=N:dts=N:duration=0,noise=amount=2"
        let source = try FFmpeg.make(
            folder("source.nut"),
            FFmpeg.video() + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac", "-bsf:a", filters])
        try Worker.encode(source, folder("output.mp4"))
        #expect(try Judge.packets(source, folder("output.mp4"), "a:0") == [])
    }

    /// Matroska's timestamps are in milliseconds.
    @Test("A frame rate above Matroska's resolution is for MP4 only") func frameRateAboveMatroska() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"), FFmpeg.video("96x64", rate: 3000, seconds: 0.02) + FFmpeg.h264)
        let outcome = try Worker.run(["encode", source, folder("output.mkv"), "--preset", "ultrafast"])
        #expect(
            outcome.end == .exit(10) && outcome.error.contains("mkv has timestamps in milliseconds"), "\(outcome.error)"
        )
        try Worker.encode(source, folder("output.mp4"))
        #expect(try Judge.frameTimestamps(source, folder("output.mp4")) == [])
    }
}
