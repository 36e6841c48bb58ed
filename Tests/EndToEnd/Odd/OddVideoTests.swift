import TestSupport
import Testing

/// Legal sources of a form that few programs write.
@Suite("Odd / video") struct OddVideoTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func notes(_ output: String) throws -> [String] { try JobReport.read("\(output).json").notes }

    @Test(
        "A duration that cannot be determined is none",
        arguments: [["-movflags", "frag_keyframe+empty_moov", "-g", "10"], []])
    func unknownDuration(options: [String]) throws {
        let source = try FFmpeg.make(
            folder("source.mp4"), FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"] + options)
        try OddSource.setting(.max, of: [("mvhd", 16), ("tkhd", 20), ("mdhd", 16)], in: source)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Probe.frameTimestamps(output).count == 25)
        let report = try JobReport.read("\(output).json")
        #expect(report.notes == [] && abs((report.source.duration ?? 0) - 1) < 0.05)
    }

    /// A phone's editor cuts at any frame. The frames that players show depend on what they can decode.
    @Test("An edit that begins where no sync sample is before it shows what ffmpeg shows", arguments: ["mp4", "mkv"])
    func editWithoutSyncSample(container: String) throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video("96x64", seconds: 4) + FFmpeg.h264
                + ["-x264-params", "keyint=40:scenecut=0:bframes=2", "-movie_timescale", "1000"])
        // The first sync sample is the last one; the edit begins at the 33rd frame.
        try OddSource.setting(1, of: [("stss", 4)], in: source)
        try OddSource.setting(81, of: [("stss", 8)], in: source)
        try OddSource.setting(68 * 40, of: [("elst", 8)], in: source)
        try OddSource.setting(33 * 512 + 512, of: [("elst", 12)], in: source)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try Probe.frameTimestamps(source).count > 60)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.001, relative: true) == [])
    }

    @Test("Seconds of a recording before its first keyframe are in a note") func beginsWithoutKeyframe() throws {
        let whole = try FFmpeg.make(
            folder("whole.ts"),
            FFmpeg.video("96x64", seconds: 6) + FFmpeg.tone(seconds: 6) + FFmpeg.h264
                + ["-x264-params", "keyint=75:scenecut=0", "-c:a", "aac"])
        let bytes = try FileBytes.read(whole)
        let source = folder("source.ts")
        try FileBytes.write(bytes[(bytes.count / 6 / 188 * 188)...], to: source)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let first = Judge.seconds(
            try Probe.packets(source, "v:0").compactMap(\.ptsTime).min { Double($0)! < Double($1)! })
        let shown = Judge.seconds(try Probe.frameTimestamps(source).first)
        try #require(shown - first > 0.5)
        let details = try #require(try JobReport.read("\(output).json").noteDetails)
        let note = try #require(details.first { $0.kind == "video-start-lost" })
        guard case .number(let seconds) = note.fields["seconds"] else { throw CommandFailure("\(note)") }
        #expect(abs(seconds - (shown - first)) < 0.05)
        #expect(try notes(output).contains { $0.hasPrefix("the first \(shown - first < 2 ? "1" : "2")") })
    }

    /// Film at 24 frames per second that is shown as 60 fields: the pattern is in picture timing messages only.
    @Test("Soft telecine of H.264 is progressive", arguments: ["mkv", "mp4"]) func softTelecine(container: String)
        throws
    {
        let film = try FFmpeg.write(
            folder("film.h264"),
            FFmpeg.video("96x64", rate: 24) + FFmpeg.h264 + ["-x264-params", "pic-struct=1:bframes=0"])
        var bytes = try FileBytes.read(film)
        // pic_struct: top, bottom, top again; bottom, top; bottom, top, bottom again; top, bottom.
        for (frame, place) in bytes.ranges(of: [6, 1, 1, 4, 0x80]).enumerated() {
            bytes[place.lowerBound + 3] = [0x51, 0x42, 0x61, 0x32][frame % 4]
        }
        try FileBytes.write(bytes, to: folder("telecine.h264"))
        let source = try FFmpeg.write(
            folder("source.\(container)"), ["-r", "24", "-i", folder("telecine.h264"), "-c", "copy"])
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try notes(output) == [])
        #expect(try Probe.frameTimestamps(output).count == 24)
    }

    @Test("Frames of two fields are interlaced by HEVC's picture timing alone") func pictureTiming() throws {
        let interlaced = try FFmpeg.make(
            folder("interlaced.ts"),
            FFmpeg.video("352x288", rate: 50, seconds: 0.4) + ["-vf", "tinterlace=interleave_top"]
                + ["-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-q:v", "2"])
        try Worker.encode(interlaced, folder("kept.mp4"), ["--interlaced", "keep"])
        // A transport stream's headers don't say that there are fields.
        let source = try FFmpeg.write(folder("source.ts"), ["-i", folder("kept.mp4"), "-c", "copy"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try notes(output) == ["10 interlaced frames were deinterlaced"])
    }

    @Test("Frames of the finest time scale are reordered in the output and keep their timestamps")
    func finestTimeScale() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video("96x64") + FFmpeg.h264
                + ["-x264-params", "bframes=0", "-video_track_timescale", "\(Int32.max)"])
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--x265-params", "bframes=3:b-adapt=0"])
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.000_001, relative: true) == [])
    }

    @Test("The duration of a source whose clock jumps is that of its video") func clockJump() throws {
        let pieces = try [100, 5000].map { offset in
            try FileBytes.read(
                try FFmpeg.make(
                    folder("piece-\(offset).ts"),
                    FFmpeg.video("96x64", seconds: 2) + FFmpeg.tone(seconds: 2) + FFmpeg.h264
                        + ["-c:a", "aac", "-output_ts_offset", "\(offset)"]))
        }
        try FileBytes.write(pieces.flatMap(\.self), to: folder("source.ts"))
        let output = folder("output.mp4")
        try Worker.encode(folder("source.ts"), output)
        let report = try JobReport.read("\(output).json")
        #expect(abs((report.source.duration ?? 0) - 4) < 0.1, "\(report.source)")
        #expect(report.notes.last == "1 timestamp discontinuity was removed: timestamps continue there without a gap")
    }
}
