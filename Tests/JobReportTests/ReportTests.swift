import Findings
import FoundationEssentials
import JobReport
import Testing

struct ReportTests {
    private func report(_ notes: [Note] = []) -> Report {
        var source = Report.Item(key: "input/a/ü.mov", etag: "e", bytes: 1000)
        source.streams = [Report.Stream(index: 0, kind: "video", codec: "h264")]
        return Report(
            status: .done, exitCode: 0, startedAt: "2026-01-02T03:04:05Z", finishedAt: "2026-01-02T03:04:06Z",
            source: source, output: Report.Item(key: "output/a.mp4", bytes: 250),
            saved: Report.Saved(before: 1000, after: 250), frames: Report.Frames(),
            quality: Report.Quality(lumaPSNR: 45, lumaSSIM: 0.99), settings: EncodeOptionsTests.options,
            resources: Usage(wallSeconds: 1, cpuSeconds: 2, peakResidentBytes: 3),
            versions: Report.Versions(reelpress: "1", ffmpeg: "5"), notes: notes)
    }

    private func object(_ report: Report) throws -> String {
        String(decoding: try report.json(), as: UTF8.self)
    }

    /// The report's JSON with some of its text replaced.
    private func edited(_ report: Report, _ edits: [(String, String)]) throws -> [UInt8] {
        var text = try object(report)
        for (old, new) in edits {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return Array(text.utf8)
    }

    @Test("a report survives a round trip through JSON")
    func roundTrip() throws {
        let bytes = try report([.framesDamaged(frames: 1), .notFaststart]).json()
        let again = try #require(Report(json: bytes))
        #expect(try again.json() == bytes)
        #expect(again.source.key == "input/a/ü.mov" && again.saved?.bytes == 750 && again.saved?.percent == 75)
        #expect(again.notes == [.framesDamaged(frames: 1), .notFaststart])
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"key\" : \"input/a/ü.mov\""))
    }

    @Test("notes are sentences, and objects in the same order")
    func noteDetails() throws {
        let json = try object(report([.framesDamaged(frames: 2), .tagLost(name: "comment", value: "x")]))
        let sentences = ["2 frames were damaged in the source", "the tag comment was not kept: x"]
        for sentence in sentences { #expect(json.contains("\"\(sentence)\"")) }
        let decoded = try JSONDecoder().decode(Details.self, from: Data(json.utf8))
        #expect(decoded.schema == 2 && decoded.notes == sentences)
        #expect(decoded.noteDetails.map(\.kind) == ["frames-damaged", "tag-lost"])
    }

    @Test("a report without notes has both arrays")
    func emptyNotes() throws {
        let decoded = try JSONDecoder().decode(Details.self, from: Data(try report().json()))
        #expect(decoded.notes == [] && decoded.noteDetails.isEmpty)
    }

    @Test("the sentences of schema 1 are notes of the kind other")
    func schemaOne() throws {
        let json = try edited(
            report(),
            [
                ("\"schema\" : 2", "\"schema\" : 1"), ("\"noteDetails\"", "\"unknown\""),
                ("\"notes\" : [\n\n  ]", "\"notes\" : [\"1 pictures were damaged\"]"),
            ])
        #expect(Report(json: json)?.notes == [.other(text: "1 pictures were damaged")])
    }

    @Test("a note of an unknown kind is kept as its sentence")
    func unknownKind() throws {
        let json = try edited(
            report([.framesDamaged(frames: 2), .notFaststart]),
            [
                ("frames-damaged", "of-tomorrow")
            ])
        #expect(
            Report(json: json)?.notes == [.other(text: "2 frames were damaged in the source"), .notFaststart])
    }

    @Test("what helpers cost is a part of the sum, and survives a round trip")
    func cost() throws {
        var report = report()
        report.cost = Cost(
            vCPUs: 2, memoryBytes: 4 << 30, vCPUSeconds: 20, gigabyteSeconds: 40, vCPUHourPrice: 1,
            gigabyteHourPrice: 1, estimate: 0.5)
        #expect(report.cost?.total == nil)
        #expect(try !object(report).contains("total"))
        let others = Cost.Others(tasks: 3, vCPUSeconds: 60, gigabyteSeconds: 120, estimate: 1.5)
        report.cost?.others = others
        let again = try #require(Report(json: try report.json()))
        #expect(again.cost?.others == others && again.cost?.total == 2)
    }

    @Test("a later schema, and JSON that is not a report, are refused")
    func laterSchema() throws {
        #expect(try Report(json: edited(report(), [("\"schema\" : 2", "\"schema\" : 3")])) == nil)
        #expect(Report(json: Array("{}".utf8)) == nil)
    }

    private struct Details: Decodable {
        var schema: Int
        var notes: [String]
        var noteDetails: [Kind]

        struct Kind: Decodable { var kind: String }
    }
}
