import TestSupport
import Testing

@Suite("Video / real clips") struct RealClipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A real clip keeps frames, audio and metadata", arguments: ["bikes", "bigbuckbunny", "carphone_pristine"])
    func kept(name: String) throws {
        let (source, output) = (Clips.path(name), folder("\(name).mp4"))
        try Worker.encode(source, output)
        let (before, after) = (try Probe(source), try Probe(output))
        let video = try #require(after.video)
        #expect(video.codecName == "hevc")
        #expect(video.codecTagString == "hvc1")
        #expect(video.size == before.video?.size)
        #expect(try Judge.frameTimestamps(source, output) == [])
        #expect(try Judge.decoding(output) == [])
        #expect(try Judge.indexInFront(output) == [])
        #expect(Judge.look(before, after) == [])
        #expect(Judge.otherStreams(before, after) == [])
        if before.streams.contains(where: { $0.codecType == "audio" }) {
            #expect(try Judge.packets(source, output, "a:0") == [])
            #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) < 0.001)
        }
        let (wanted, found) = (Judge.seconds(before.format.duration), Judge.seconds(after.format.duration))
        #expect(abs(wanted - found) <= 1.0 / 24, "\(found) s, not \(wanted)")
        let report = try JobReport.read("\(output).json")
        #expect(report.status == "done")
        #expect(report.frames?.compared ?? 0 > 0)
        #expect(report.output?.bytes == (try FileBytes.read(output).count))
    }

    @Test("One of the real clips has audio") func hasAudio() throws {
        #expect(try Probe(Clips.path("bigbuckbunny")).streams.contains { $0.codecType == "audio" })
    }
}
