import TestSupport
import Testing

/// Streams and timestamps that only one container supports.
@Suite("Streams / choice of the container") struct ContainerChoiceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Lets the worker choose the container.
    private func encode(_ source: String) throws -> (path: String, notes: [String]) {
        let bucket = try TemporaryFolder()
        let name = String(source.split(separator: "/").last ?? "")
        try FileBytes.write(try FileBytes.read(source), to: bucket("input/preserve/\(name)"))
        let outcome = try Worker.bucket(bucket, ["--larger", "keep"])
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        let made = try #require(try bucket.files(below: "output").first)
        let path = folder("output.\(made.split(separator: ".").last ?? "")")
        try FileBytes.write(try FileBytes.read(bucket("output/\(made)")), to: path)
        return (path, try JobReport.read(bucket("reports/preserve/\(name).json")).notes)
    }

    @Test(
        "Audio is copied into the container that supports it",
        arguments: [
            ("ts", "mp2", "mkv", ["-c:a", "mp2"]), ("wmv", "wmav2", "mkv", ["-c:a", "wmav2"]),
            ("mkv", "flac", "mp4", ["-c:a", "flac"]), ("mkv", "opus", "mp4", ["-c:a", "libopus"]),
            ("mkv", "truehd", "mkv", ["-c:a", "truehd", "-strict", "experimental"]),
            ("mkv", "dts", "mp4", ["-c:a", "dca", "-strict", "experimental"]),
            ("mov", "pcm_s24be", "mkv", ["-c:a", "pcm_s24be"]), ("mov", "alac", "mp4", ["-c:a", "alac"]),
        ])
    func audio(container: String, codec: String, wanted: String, encoding: [String]) throws {
        let video = container == "ts" ? ["-c:v", "mpeg2video"] : container == "wmv" ? ["-c:v", "wmv2"] : FFmpeg.h264
        let source = try FFmpeg.make(
            folder("source.\(container)"), FFmpeg.video() + FFmpeg.tone() + video + encoding + ["-ar", "48000"])
        let (output, notes) = try encode(source)
        #expect(output.hasSuffix(wanted))
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", codec])
        #expect(try Judge.packets(source, output, "a:0") == [])
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        // TrueHD has more than one packet per millisecond.
        let ends = try [source, output].map { path in
            try Judge.seconds(Probe.packets(path, "a:0").last?.ptsTime)
                - Judge.seconds(Probe.frameTimestamps(path).first)
        }
        #expect(abs(ends[0] - ends[1]) <= 0.0021, "the sound's last packet is at \(ends[1]), not \(ends[0])")
        #expect(notes == [])
    }

    /// Typeset subtitles are many lines with one start time.
    @Test("Subtitles with one start time keep it") func simultaneousSubtitles() throws {
        let lines = (0..<9).map { "Dialogue: \($0),0:00:00.10,0:00:00.60,Default,,0,0,0,,line \($0)\n" }
        let text = """
            [Script Info]
            ScriptType: v4.00+

            [V4+ Styles]
            Format: Name, Fontname, Fontsize
            Style: Default,Arial,20

            [Events]
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

            """
        try FileBytes.write((text + lines.joined()).utf8, to: folder("text.ass"))
        let film = try FFmpeg.make(folder("film.mkv"), FFmpeg.video() + FFmpeg.h264)
        let source = folder("source.mkv")
        let muxed = try Command(["mkvmerge", "-q", "-o", source, film, folder("text.ass")]).run()
        try #require(muxed.end == .exit(0))
        let (output, _) = try encode(source)
        #expect(try Probe.packets(output, "s:0").map(\.ptsTime) == Array(repeating: "0.100000", count: 9))
    }

    /// Frames of one rate with random bits, as no AMR encoder is installed.
    @Test("AMR speech is copied", arguments: [("amr_nb", "#!AMR\n", 7, 31), ("amr_wb", "#!AMR-WB\n", 2, 32)])
    func amr(codec: String, magic: String, mode: UInt8, bytes: Int) throws {
        var random = SeededGenerator(seed: 5)
        let frames = (0..<50).flatMap { _ in
            // The quality bit is set; padding is zero.
            [mode << 3 | 4] + (0..<bytes).map { $0 == bytes - 1 ? 0 : UInt8.random(in: 0...255, using: &random) }
        }
        let speech = folder("speech.amr")
        try FileBytes.write(Array(magic.utf8) + frames, to: speech)
        let source = try FFmpeg.make(
            folder("source.3gp"), FFmpeg.video() + ["-i", speech] + FFmpeg.h264 + ["-c:a", "copy"])
        let (output, notes) = try encode(source)
        #expect(output.hasSuffix("mkv") && notes == [])
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", codec])
        #expect(try Judge.packets(source, output, "a:0") == [])
        #expect(try Probe.packets(output, "a:0").count == 50)
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        let samples = try [source, output].map { path in
            try FFmpeg.run(["-v", "fatal", "-i", path, "-map", "0:a", "-f", "md5", "-"]).output
        }
        #expect(samples[0] == samples[1])
        let mp4 = try Worker.run(["encode", source, folder("output.mp4"), "--container", "mp4"])
        #expect(mp4.end == .exit(10) && mp4.error.contains("(\(codec) audio)"), "\(mp4.error)")
    }

    /// Timestamps of 33 bits wrap every 26.5 hours; libavformat makes those before the wrap negative.
    @Test("Nothing is lost where timestamps of 33 bits wrap") func timestampWrap() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.video(seconds: 2) + FFmpeg.tone(seconds: 2) + [
                "-c:v", "libx264", "-preset", "veryfast", "-bf", "2",
            ]
                + ["-c:a", "aac", "-output_ts_offset", "95442.8", "-muxdelay", "0"])
        try #require(Judge.seconds(try Probe.frameTimestamps(source).first) < 0)
        let (output, notes) = try encode(source)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.0001, relative: true) == [])
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.decoding(output) == [])
        // No audio sample is hidden either.
        let samples = try [source, output].map { path in
            try FFmpeg.run(["-v", "error", "-i", path, "-map", "0:a", "-f", "md5", "-"]).output
        }
        #expect(samples[0] == samples[1])
        #expect(notes == [])
    }

    @Test("A disposition that the container can't signal is reported") func lostDisposition() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.video() + FFmpeg.tone() + ["-c:v", "mpeg2video", "-c:a", "mp2", "-disposition:a:0"]
                + ["visual_impaired"])
        try #require(try Probe(source).streams.last?.disposition?["descriptions"] == 1)
        #expect(try encode(source).notes == ["the disposition descriptions of stream 1 was not kept"])
    }
}
