import TestSupport
import Testing

/// Recordings of broadcasts and live streams: timestamps start anywhere and have discontinuities, streams come and go.
@Suite("Streams / broadcasts") struct BroadcastTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let video = ["-c:v", "mpeg2video", "-q:v", "5", "-bf", "2", "-g", "12"]

    private func make(_ name: String, seconds: Double, _ options: [String]) throws -> String {
        try FFmpeg.make(
            folder(name),
            FFmpeg.video("96x64", seconds: seconds) + FFmpeg.tone(seconds: seconds) + Self.video + ["-c:a", "mp2"]
                + options)
    }

    private func joined(_ pieces: [String], as name: String) throws -> String {
        try FileBytes.write(try pieces.flatMap { try FileBytes.read($0) }, to: folder(name))
        return folder(name)
    }

    private func notes(_ output: String) throws -> [String] { try JobReport.read("\(output).json").notes }

    /// Whether there are `count` frames at 25 per second.
    private func isEven(_ output: String, _ count: Int) throws -> Bool {
        let times = try Probe.frameTimestamps(output).map(Judge.seconds)
        return times.count == count && times.indices.allSatisfy { abs(times[$0] - times[0] - Double($0) / 25) < 0.0015 }
    }

    /// A recording starts at any time of the broadcaster's clock.
    @Test(
        "The output starts at the first frame, whatever the broadcast's clock",
        arguments: ["ts", "mpg", "mkv", "flv", "mp4"])
    func startOffset(container: String) throws {
        let source: String
        switch container {
        case "ts": source = try Catalogue.make("transport stream with large timestamps", folder("source.ts"))
        case "mpg": source = try Catalogue.make("program stream with large timestamps", folder("source.mpg"))
        case "mp4": source = try Catalogue.make("live stream's fragments", folder("source.mp4"))
        default:
            source = try FFmpeg.make(
                folder("source.\(container)"),
                FFmpeg.video() + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac", "-output_ts_offset", "3600"])
        }
        try #require(Judge.seconds(try Probe.frameTimestamps(source).first) > 3500)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.0001, relative: true) == [])
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.seconds(Probe(output).format.duration) < 1.2)
        #expect(try notes(output) == [])
    }

    /// An interruption, or recordings put together: forwards, and backwards by less and by more than the limit of a
    /// wrap-around.
    @Test(
        "Timestamps continue over a discontinuity",
        arguments: [
            (100, 5000, "ts"), (5000, 100, "ts"), (126, 100, "ts"), (0, 0, "mpg"), (5000, 100, "mpg"),
        ])
    func discontinuity(first: Int, second: Int, container: String) throws {
        let pieces = try [first, second].enumerated().map { number, clock in
            try make("piece\(number).\(container)", seconds: 5, ["-output_ts_offset", "\(clock)"])
        }
        let source = try joined(pieces, as: "source.\(container)")
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try isEven(output, 250))
        let sound = try Probe.packets(output, "a:0").map { Judge.seconds($0.ptsTime) }
        let before = try pieces.flatMap { try Probe.packets($0, "a:0") }
        #expect(sound.count == before.count)
        #expect(zip(sound, sound.dropFirst()).allSatisfy { abs($1 - $0 - 0.024) < 0.07 })
        // In sync after the discontinuity as well.
        #expect(
            try abs(Judge.seconds(Probe.frameTimestamps(output).last) + 0.04 - sound[sound.count - 1] - 0.024) < 0.08)
        let note = "1 timestamp discontinuity was removed: timestamps continue there without a gap"
        #expect(try notes(output).contains(note))
    }

    /// An audio stream that pauses is no discontinuity.
    @Test("A pause of the audio is no discontinuity") func audioPause() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.video("96x64", seconds: 15) + FFmpeg.tone(seconds: 15) + Self.video
                + ["-c:a", "mp2", "-af", "aselect='lt(t,1)+gt(t,13)'"])
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try isEven(output, 375))
        let sound = try Probe.packets(output, "a:0").map { Judge.seconds($0.ptsTime) }
        #expect(sound.filter { $0 > 2 && $0 < 12.5 }.isEmpty && (sound.max() ?? 0) > 14.5)
        #expect(try notes(output) == [])
    }

    @Test("An audio stream that is listed and never sent is dropped") func absentAudio() throws {
        let source = try Catalogue.make("an audio stream without packets", folder("source.ts"))
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "mp2"])
        let note = "stream 2 (mp3 audio) was dropped: the start of the source does not describe its format"
        #expect(try notes(output) == [note])
    }

    @Test("An audio stream that starts late is kept") func lateAudio() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.video("96x64", seconds: 22) + ["-itsoffset", "20"] + FFmpeg.tone() + Self.video
                + ["-c:a", "mp2"])
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try Judge.packets(source, output, "a:0") == [])
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try notes(output) == [])
    }

    /// The output would lack the frames of the second stream.
    @Test("A video that continues in another stream is refused", arguments: [1.0, 8.0]) func movedVideo(seconds: Double)
        throws
    {
        let pieces = try [
            make("one.ts", seconds: seconds, []),
            make(
                "two.ts", seconds: 1, ["-output_ts_offset", "\(seconds)", "-streamid", "0:400", "-streamid", "1:401"]),
        ]
        let source = try joined(pieces, as: "source.ts")
        let outcome = try Worker.run(["encode", source, folder("output.mkv"), "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10) && outcome.error.contains("continues in stream 2"), "\(outcome.error)")
    }

    /// A transport stream has one packet for each segment of a subtitle, Matroska one for all.
    @Test("The segments of a PGS subtitle are joined") func pgsSegments() throws {
        let source = try Catalogue.make("subtitles of a Blu-ray in m2ts", folder("source.m2ts"))
        try #require(try Probe.packets(source, "s:0").count == 8)
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let (before, after) = (try Probe.packets(source, "s:0"), try Probe.packets(output, "s:0"))
        func bytes(_ packets: [Probe.Packet]) -> Int { packets.compactMap { Int($0.size) }.reduce(0, +) }
        #expect(bytes(after) == bytes(before))
        let moved =
            try Judge.seconds(Probe.frameTimestamps(source).first) - Judge.seconds(Probe.frameTimestamps(output).first)
        try #require(after.count == 2)
        for (one, other) in [(before[0], after[0]), (before[5], after[1])] {
            #expect(abs(Judge.seconds(one.ptsTime) - moved - Judge.seconds(other.ptsTime)) <= 0.001)
        }
        #expect(try notes(output) == [])
    }
}
