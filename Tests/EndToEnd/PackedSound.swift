internal import TestSupport
internal import Testing

/// Uncompressed sound in forms that one container alone has: its samples go on in Matroska's.
@Suite struct PackedSound {
    private let folder = try! TemporaryFolder()

    @Test(arguments: [
        ("m2ts", "pcm_bluray", "s16", 6), ("m2ts", "pcm_bluray", "s32", 1), ("vob", "pcm_dvd", "s16", 2),
        ("vob", "pcm_dvd", "s32", 6), ("ts", "s302m", "s16", 2), ("ts", "s302m", "s32", 4),
    ])
    func everySampleIsKept(container: String, codec: String, form: String, channels: Int) throws {
        let program = try #require(FFmpeg.current)
        let source = folder("bucket/input/clip.\(container)")
        try FileBytes.write([], to: source)
        // Noise has all its bits; a tone of 16 bits would hide what happens to the rest.
        let sound = [
            "-f", "lavfi", "-i", "anoisesrc=duration=0.5:sample_rate=48000:seed=3", "-af",
            "aformat=sample_fmts=\(form)", "-c:a", codec, "-ac", "\(channels)", "-strict", "experimental",
        ]
        let video = container == "m2ts" ? FFmpeg.h264 + ["-mpegts_m2ts_mode", "1"] : ["-c:v", "mpeg2video"]
        let made = try Command(
            [program, "-nostdin", "-v", "error", "-y"] + FFmpeg.picture("96x64", seconds: 0.5) + sound + video + [
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
        let note = "stream 1 (\(codec) audio) is stored as \(unpacked): the same samples"
        #expect(try JobReport.read(folder("bucket/reports/preserve/clip.\(container).json")).notes == [note])
    }
}
