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
        let source = try Catalogue.make("subtitles that begin together", folder("source.mkv"))
        let (output, _) = try encode(source)
        #expect(try Probe.packets(output, "s:0").map(\.ptsTime) == Array(repeating: "0.100000", count: 9))
    }

    @Test("AMR speech is copied", arguments: [("amr_nb", "AMR narrow-band"), ("amr_wb", "AMR wide-band")])
    func amr(codec: String, name: String) throws {
        let source = try Catalogue.make(name, folder("source.3gp"))
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
        let source = try Catalogue.make("transport stream whose timestamps wrap", folder("source.ts"))
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
        let source = try Catalogue.make("two languages and dispositions in ts", folder("source.ts"))
        try #require(try Probe(source).streams.last?.disposition?["descriptions"] == 1)
        #expect(try encode(source).notes == ["the disposition descriptions of stream 2 was not kept"])
    }
}
