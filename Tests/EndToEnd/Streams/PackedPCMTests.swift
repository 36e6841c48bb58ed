import TestSupport
import Testing

/// PCM in forms that only one container has; it is stored in Matroska as plain PCM.
@Suite("Streams / packed PCM") struct PackedPCMTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "Packed PCM is unpacked without a change of samples",
        arguments: [
            ("m2ts", "pcm_bluray", "s16", 6), ("m2ts", "pcm_bluray", "s32", 1), ("vob", "pcm_dvd", "s16", 2),
            ("vob", "pcm_dvd", "s32", 6), ("ts", "s302m", "s16", 2), ("ts", "s302m", "s32", 4),
        ])
    func samples(container: String, codec: String, form: String, channels: Int) throws {
        let program = try #require(CurrentFFmpeg.path)
        let source = folder("bucket/input/clip.\(container)")
        try FileBytes.write([], to: source)
        // Noise has all its bits; a tone of 16 bits would hide what happens to the rest.
        let sound = [
            "-f", "lavfi", "-i", "anoisesrc=duration=0.5:sample_rate=48000:seed=3", "-af",
            "aformat=sample_fmts=\(form)", "-c:a", codec, "-ac", "\(channels)", "-strict", "experimental",
        ]
        let video = container == "m2ts" ? FFmpeg.h264 + ["-mpegts_m2ts_mode", "1"] : ["-c:v", "mpeg2video"]
        let made = try Command(
            [program, "-nostdin", "-v", "error", "-y"] + FFmpeg.video("96x64", seconds: 0.5) + sound + video + [
                source
            ]
        ).run()
        try #require(made.end == .exit(0), "\(made.error)")
        let outcome = try Worker.run(["bucket", "\(folder.path)/bucket", "--preset", "ultrafast"])
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        let output = folder("bucket/output/preserve/clip.mkv")
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", form == "s16" ? "pcm_s16le" : "pcm_s24le"])
        let samples = try [source, output].map { path in
            try FFmpeg.run(["-v", "error", "-i", path, "-map", "0:a", "-c:a", "pcm_s24le", "-f", "md5", "-"]).output
        }
        #expect(samples[0] == samples[1])
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        let unpacked = form == "s16" ? "pcm_s16le" : "pcm_s24le"
        let note = "stream 1 (\(codec) audio) is stored as \(unpacked): the samples are unchanged"
        #expect(try JobReport.read(folder("bucket/reports/preserve/clip.\(container).json")).notes == [note])
    }

    private func broadcast(_ name: String, _ form: String, channels: Int, after seconds: Int) throws -> String {
        try FFmpeg.make(
            folder(name),
            FFmpeg.video("96x64", seconds: 6) + [
                "-f", "lavfi", "-i", "anoisesrc=duration=6:sample_rate=48000:seed=3",
            ]
                + [
                    "-af", "aformat=sample_fmts=\(form)", "-c:a", "s302m", "-ac", "\(channels)", "-strict",
                    "experimental",
                ]
                + ["-c:v", "mpeg2video", "-output_ts_offset", "\(seconds)"])
    }

    private func joined(_ first: (String, Int), _ second: (String, Int)) throws -> String {
        let pieces = try [
            broadcast("one.ts", first.0, channels: first.1, after: 0),
            broadcast("two.ts", second.0, channels: second.1, after: 6),
        ]
        try FileBytes.write(try pieces.flatMap { try FileBytes.read($0) }, to: folder("source.ts"))
        return folder("source.ts")
    }

    @Test("PCM that changes to a lower bit depth is kept") func lowerDepth() throws {
        let output = folder("output.mkv")
        try Worker.encode(try joined(("s32", 2), ("s16", 2)), output)
        #expect(try Probe(output).streams.last?.codecName == "pcm_s24le")
        let bytes = try Probe.packets(output, "a:0").map { Int($0.size) ?? 0 }.reduce(0, +)
        // Three bytes of each sample, of either piece.
        #expect(abs(bytes / 6 - 12 * 48000) <= 4000)
    }

    @Test("PCM that changes its channels or to a higher bit depth is refused", arguments: [("s16", 4), ("s32", 2)])
    func formatChange(
        form: String, channels: Int
    ) throws {
        let source = try joined(("s16", 2), (form, channels))
        let outcome = try Worker.run(["encode", source, folder("output.mkv"), "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10) && outcome.error.contains("stream 1 changes its"), "\(outcome.error)")
    }
}
