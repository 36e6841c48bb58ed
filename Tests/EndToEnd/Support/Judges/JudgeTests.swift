import TestSupport
import Testing

/// Each check of the judge finds the fault of a spoiled file.
@Suite("Judges") struct JudgeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source() throws -> String {
        try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video() + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac", "-metadata", "title=One"]
        )
    }

    @Test("The judge sees a lost frame") func lostFrame() throws {
        let source = try source()
        let spoiled = try FFmpeg.make(
            folder("spoiled.mp4"),
            ["-i", source, "-vf", "select='not(eq(n,7))'", "-fps_mode", "vfr"] + FFmpeg.h264
        )
        #expect(try Judge.frameTimestamps(source, spoiled) == ["24 frames, not 25"])
        #expect(try Judge.frameTimestamps(source, source) == [])
    }

    @Test("The judge sees a moved frame") func movedFrame() throws {
        let source = try source()
        let spoiled = try FFmpeg.make(
            folder("spoiled.mp4"),
            [
                "-i", source, "-an", "-vf", "setpts='PTS+eq(N,7)*0.002/TB'", "-fps_mode", "vfr", "-enc_time_base",
                "1:90000",
            ]
                + FFmpeg.h264
        )
        #expect(try Judge.frameTimestamps(source, spoiled).count == 1)
        #expect(try Judge.frameTimestamps(source, spoiled, tolerance: 0.001, relative: true).count == 1)
        #expect(try Judge.frameTimestamps(source, spoiled, tolerance: 0.003, relative: true) == [])
    }

    @Test("The judge sees changed audio, tags and index") func changedAudio() throws {
        let source = try source()
        let spoiled = try FFmpeg.make(
            folder("spoiled.mp4"),
            ["-i", source, "-c:v", "copy", "-c:a", "aac", "-metadata", "title=Two"]
        )
        #expect(try Judge.packets(source, spoiled, "a:0").count == 1)
        #expect(try Judge.packets(source, source, "a:0") == [])
        #expect(try Judge.tags(["title"], Probe(source), Probe(spoiled)) == ["tag title is Two, not One"])
        #expect(try Judge.indexInFront(spoiled) == ["moov behind mdat"])
    }

    @Test("The judge sees a lost stream and changed colours") func lostStream() throws {
        let source = try source()
        let spoiled = try FFmpeg.make(
            folder("spoiled.mp4"),
            ["-i", source, "-an", "-vf", "setsar=4/3", "-color_range", "pc", "-colorspace", "bt709"] + FFmpeg.h264
        )
        #expect(try Judge.otherStreams(Probe(source), Probe(spoiled)).count == 1)
        #expect(try Judge.look(Probe(source), Probe(spoiled)).count >= 4)
        #expect(try Judge.look(Probe(source), Probe(source)) == [])
    }

    @Test("The judge sees damage") func damage() throws {
        let source = try source()
        var bytes = try FileBytes.read(source)
        let data = try #require(try TopLevelBox.all(bytes).first { $0.kind == "mdat" })
        for index in data.range.dropFirst(100) { bytes[index] = UInt8(truncatingIfNeeded: index &* index >> 3) }
        let spoiled = folder("spoiled.mp4")
        try FileBytes.write(bytes, to: spoiled)
        #expect(try !Judge.decoding(spoiled).isEmpty)
        #expect(try Judge.decoding(source) == [])
    }
}
