import Findings
import Media
import Testing

@testable import EncodeWorker

struct ReportTests {
    static let settings = Report.UsedSettings(
        policy: "preserve", crf: 24, preset: "medium", container: "auto", interlaced: "deinterlace", x265Params: "",
        errors: "tolerate", larger: .copy, skipHEVCBelow: 0.05)

    private func report() -> Report {
        Report(
            status: .done, exitCode: 0, startedAt: "2026-01-02T03:04:05Z", finishedAt: "2026-01-02T03:04:06Z",
            source: Report.Item(key: "input/a/ü.mov", etag: "e", bytes: 1000),
            output: Report.Item(key: "output/a.mp4", bytes: 250), saved: Report.Saved(before: 1000, after: 250),
            settings: Self.settings,
            resources: Report.Resources(wallSeconds: 1, cpuSeconds: 2, peakResidentBytes: 3),
            versions: Report.Versions(reelpress: "1", ffmpeg: "5"))
    }

    @Test func comesBackFromItsJSON() throws {
        let bytes = try report().json()
        let again = try #require(Report.reading(bytes))
        #expect(try again.json() == bytes)
        #expect(again.source.key == "input/a/ü.mov" && again.saved?.bytes == 750 && again.saved?.percent == 75)
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"key\" : \"input/a/ü.mov\""))
    }

    @Test func aLaterLayoutIsNotRead() throws {
        var later = report()
        later.schema = 2
        #expect(Report.reading(try later.json()) == nil)
        #expect(Report.reading(Array("{}".utf8)) == nil)
    }

    @Test func aFailureTakesBackTheOutput() {
        var failed = report()
        failed.fail(ReportedError(.inputOutput, .mux, "no space", advice: "free some"), .retry)
        #expect(failed.status == .failed && failed.output == nil && failed.saved == nil)
        #expect(failed.error?.code == "input-output" && failed.error?.stage == "mux")
        #expect(failed.error?.message == "no space" && failed.error?.advice == "free some")
    }

    @Test func theDigestTellsSettingsApart() {
        let settings = report().settings
        var others = [Report.UsedSettings](repeating: settings, count: 6)
        others[0].policy = "downscale"
        others[1].crf = 25
        others[2].preset = "slow"
        others[3].container = "mkv"
        others[4].x265Params = "aq-mode=3"
        others[5].errors = "strict"
        #expect(Set((others + [settings]).map { $0.digest() }).count == 7)
        // What is done with an output that is too large says nothing of one that isn't.
        others = [settings, settings]
        others[0].larger = .keep
        others[1].skipHEVCBelow = 0
        #expect(Set((others + [settings]).map { $0.digest() }).count == 1)
        #expect(Set((others + [settings]).map { $0.digest(keeping: .larger) }).count == 2)
        #expect(Set((others + [settings]).map { $0.digest(keeping: .efficient) }).count == 2)
    }
}
