import TestSupport
import Testing

/// Audio that only some containers describe whole.
@Suite("Odd / audio") struct OddAudioTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Encoders fill the last packet; Matroska says how many of its samples aren't played, and MP4's edit list too.
    @Test("Padding at the end of audio is not heard in MP4", arguments: ["libopus", "libmp3lame"])
    func endPadding(codec: String) throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.video("96x64", seconds: 2) + FFmpeg.tone(seconds: 1.013) + FFmpeg.h264
                + ["-c:a", codec, "-ar", "48000"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        // FFmpeg 5.1 doesn't look at the end of an edit list.
        let program = try #require(CurrentFFmpeg.path)
        let bytes = try [source, output].map { path in
            let samples = folder("samples-\(path.suffix(3)).s16")
            _ = try Command([program, "-nostdin", "-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", samples])
                .run()
            return try FileBytes.read(samples).count
        }
        #expect(bytes[0] > 90_000 && abs(bytes[0] - bytes[1]) <= 4, "\(bytes)")
        let audio = try #require(try Probe(output).streams.first { $0.codecType == "audio" })
        #expect(Judge.seconds(audio.duration) < 1.04, "\(audio.duration ?? "-")")
        #expect(try Judge.packets(source, output, "a:0") == [])
    }

    @Test("A channel layout that the output can't signal is in a note") func channelLayout() throws {
        let source = try FFmpeg.make(
            folder("source.mov"),
            FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264
                + ["-af", "pan=3.1|FL=c0|FR=c0|FC=c0|LFE=c0", "-c:a", "pcm_s16le"])
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let layout = "the channel layout 3.1 of stream 1 was not kept: players take it for 4.0"
        #expect(try JobReport.read("\(output).json").notes == [layout])
        let usual = try FFmpeg.make(
            folder("usual.mov"),
            FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + ["-ac", "2", "-c:a", "pcm_s16le"])
        try Worker.encode(usual, folder("usual.mkv"))
        #expect(try JobReport.read(folder("usual.mkv.json")).notes == [])
    }

    @Test("Packets of LPCM that can't be unpacked are counted") func damagedLPCM() throws {
        let (program, source) = (try #require(CurrentFFmpeg.path), folder("source.ts"))
        let sound = ["-c:a", "s302m", "-ar", "48000", "-ac", "2", "-strict", "experimental"]
        let made = try Command(
            [program, "-nostdin", "-v", "error", "-y"] + FFmpeg.video("96x64")
                + ["-f", "lavfi", "-i", "sine=duration=1:sample_rate=48000"] + sound + ["-c:v", "mpeg2video", source]
        ).run()
        try #require(made.end == .exit(0), "\(made.error)")
        var bytes = try FileBytes.read(source)
        // The header of an audio packet: its length, channels, and 16 bits per sample.
        let headers = bytes.indices.dropLast(20).filter { index in
            bytes[index...].starts(with: [0, 0, 1, 0xBD])
        }
        let start = try #require(headers.dropFirst(3).first)
        let header = start + 9 + Int(bytes[start + 8])
        bytes[header] ^= 0x10
        try FileBytes.write(bytes, to: source)
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let notes = try JobReport.read("\(output).json").notes
        #expect(notes.contains("1 packet of stream 1 could not be unpacked and was dropped"), "\(notes)")
    }

    @Test("Audio that FFmpeg has no name for is named by its four characters") func unnamed() throws {
        let named = try FFmpeg.make(
            folder("named.mov"), FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "pcm_f32be"])
        let source = try OddSource.replacing(
            [(Array("fl32".utf8), Array("zpcm".utf8))], in: named, as: folder("source.mov"))
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(
            try JobReport.read("\(output).json").notes
                == ["stream 1 (zpcm audio) was dropped: mkv does not support zpcm"])
    }

    /// A recording of a live stream, whose second part has headers of its own.
    @Test(
        "AAC that changes its format is refused",
        arguments: [(48_000, "mp4"), (48_000, "mkv"), (44_100, "mp4"), (44_100, "mkv")])
    func formatChange(rate: Int, container: String) throws {
        let pieces = try [(44_100, 0), (rate, 1)].map { rate, offset in
            try FileBytes.read(
                try FFmpeg.make(
                    folder("piece-\(offset).flv"),
                    FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264
                        + ["-c:a", "aac", "-ar", "\(rate)", "-output_ts_offset", "\(offset)"]))
        }
        // The header of a file has 13 bytes.
        try FileBytes.write(pieces[0] + pieces[1].dropFirst(13), to: folder("source.flv"))
        let output = folder("output.\(container)")
        let outcome = try Worker.run(["encode", folder("source.flv"), output, "--preset", "ultrafast"])
        let isRefused = outcome.end == .exit(10) && outcome.error.contains("the audio of stream 1 changes its format")
        #expect(isRefused == (rate != 44_100), "\(outcome.error)")
        #expect(FileBytes.exists(output) == (rate == 44_100))
    }

    /// FFmpeg 5.1 takes all integers for 16 bits, and doesn't know the others.
    @Test(
        "Uncompressed audio of MP4 is decoded as its description says",
        .enabled("no current ffmpeg here", { CurrentFFmpeg.path != nil }),
        arguments: ["s16le", "s16be", "s24le", "s24be", "s32le", "f32le", "f64le"])
    func uncompressed(format: String) throws {
        let (program, source) = (try #require(CurrentFFmpeg.path), folder("source.mp4"))
        let tone = ["-f", "lavfi", "-i", "sine=duration=1:sample_rate=48000"]
        let made = try Command(
            [program, "-nostdin", "-v", "error"] + FFmpeg.video("96x64") + tone + ["-c:v", "mpeg4"]
                + ["-c:a", "pcm_\(format)", source]
        ).run()
        try #require(made.end == .exit(0), "\(made.error)")
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try JobReport.read("\(output).json").notes == [])
        let samples = try [source, output].map { path in
            let decoded = ["-i", path, "-map", "0:a", "-f", "hash", "-hash", "md5", "-c:a", "pcm_f64le", "-"]
            return try Command([program, "-nostdin", "-v", "error"] + decoded).run().output
        }
        #expect(samples[0].hasPrefix("MD5=") && samples[0] == samples[1], "\(samples)")
    }
}
