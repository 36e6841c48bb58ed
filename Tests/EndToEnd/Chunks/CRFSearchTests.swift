import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `--crf auto` as a whole: one search for all workers and attempts.
@Suite("Chunks / CRF search") struct CRFSearchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A minute: a shorter video is not searched.
    private func source(seconds: Double = 64) throws -> String {
        try FFmpeg.make(
            folder("a.mp4"), FFmpeg.video("160x96", seconds: seconds) + FFmpeg.h264 + ["-crf", "12", "-g", "25"])
    }

    private func command(_ output: String, workers: String, _ options: [String] = []) -> Command {
        Worker.command(
            [
                "encode", folder("a.mp4"), folder(output), "--preset", "ultrafast", "--crf", "auto", "--workers",
                workers, "--overwrite",
            ] + (options.contains("--chunks") ? [] : ["--chunks", "200"]) + options)
    }

    private func work(_ suffix: String) throws -> [String] {
        try folder.files().filter { $0.contains(".work/") && $0.hasSuffix(suffix) }
    }

    /// The CPU time of a search, by its file.
    private func cpuSeconds(_ json: [UInt8]) throws -> Double {
        struct Document: Decodable {
            struct Choice: Decodable {
                struct Probe: Decodable { var cpuSeconds: Double }
                var probes: [Probe]
            }
            var value: Choice
        }
        return try JSONDecoder().decode(Document.self, from: Data(json)).value.probes.map(\.cpuSeconds).reduce(0, +)
    }

    @Test("two workers, and the attempt after a kill, use the CRF of one search, and make the same bytes")
    func oneSearch() throws {
        _ = try source()
        let target = ["--quality-target", "30"]
        #expect(try command("one.mp4", workers: "1", target).run().end == .exit(0))
        let undisturbed = try #require(try JobReport.read(folder("one.mp4.json")).search)

        let running = try command("two.mp4", workers: "2", target).start()
        try Wait.until("a chunk") { try !work(".chunk").isEmpty }
        running.send(SIGKILL)
        _ = try running.wait(within: 10)
        let probe = try #require(try work("probe.json").first)
        let before = try FileBytes.read(folder(probe))
        #expect(!FileBytes.exists(folder("two.mp4")))
        #expect(try command("two.mp4", workers: "2", target).run().end == .exit(0))

        let report = try JobReport.read(folder("two.mp4.json"))
        let search = try #require(report.search)
        #expect(search.crf == undisturbed.crf && 23...28 ~= search.crf && !search.probes.isEmpty)
        #expect(report.settings.crf == search.crf && report.settings.qualityTarget == 30)
        // A second search would take another CPU time.
        #expect(search.cpuSeconds == (try cpuSeconds(before)))
        #expect(try FileBytes.read(folder("one.mp4")) == FileBytes.read(folder("two.mp4")))
        #expect(try work("").isEmpty)
    }

    @Test("a video in one piece is searched too, and a target that is out of reach is a note")
    func onePiece() throws {
        _ = try source()
        let outcome = try command("b.mp4", workers: "1", ["--chunks", "off", "--quality-target", "60"]).run()
        #expect(outcome.end == .exit(0) && outcome.error == "")
        let report = try JobReport.read(folder("b.mp4.json"))
        #expect(report.search?.crf == 23 && report.search?.reached == false)
        #expect(report.noteDetails?.contains { $0.kind == "quality-target-missed" } == true)
        #expect(try work("").isEmpty)
    }

    @Test("where a video can't be divided, the note about its CRF stands once")
    func undivided() throws {
        _ = try FFmpeg.make(folder("a.mp4"), FFmpeg.video("160x96", seconds: 2) + FFmpeg.h264 + ["-g", "250"])
        let outcome = try command("d.mp4", workers: "1", ["--chunks", "10"]).run()
        #expect(outcome.end == .exit(0) && outcome.error == "")
        let notes = try #require(try JobReport.read(folder("d.mp4.json")).noteDetails)
        #expect(notes.count { $0.kind == "crf-not-searched" } == 1)
    }

    @Test("a video that is too short is encoded with the usual CRF, with a note")
    func short() throws {
        _ = try source(seconds: 2)
        let outcome = try command("c.mp4", workers: "1").run()
        #expect(outcome.end == .exit(0) && outcome.error == "")
        let report = try JobReport.read(folder("c.mp4.json"))
        #expect(report.settings.crf == 24 && report.search?.probes.isEmpty == true)
        #expect(report.noteDetails?.contains(JobReport.Note("crf-not-searched")) == true)
    }
}
