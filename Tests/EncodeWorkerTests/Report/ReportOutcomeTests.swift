import Findings
import JobReport
import Testing

@testable import EncodeWorker

let testOptions = EncodeOptions(
    policy: "preserve", crf: 24, preset: "medium", container: "auto", interlaced: "deinterlace", x265Params: "",
    errors: "tolerate", larger: .copy, skipHEVCBelow: 0.05)

/// What a job's report makes of its end.
struct ReportOutcomeTests {
    private func report(_ kind: JobOutcome.Kind, notes: [Note] = []) -> Report {
        let facts = JobFacts(
            source: Report.Item(key: "input/a.mov", etag: "e", bytes: 1000), cleanupNotes: [.other(text: "cleanup")],
            outputNotes: [.framesDamaged(frames: 1)])
        return Report(
            JobOutcome(kind: kind, notes: notes), facts, testOptions,
            Usage(wallSeconds: 2, cpuSeconds: 1, peakResidentBytes: 1), startedAt: "t")
    }

    private var before: Report {
        var before = report(.copied(.larger, key: "output/a.mov"), notes: [.sourceKept(reason: .larger)])
        before.source.etag = "older"
        return before
    }

    @Test("a failure has its error and what was noted so far, and no output")
    func failure() {
        let failed = report(.failed(ReportedError(.inputOutput, .mux, "no space", advice: "free some")))
        #expect(failed.status == .failed && failed.exitCode == 20 && failed.output == nil && failed.saved == nil)
        #expect(failed.error?.code == "input-output" && failed.error?.stage == "mux")
        #expect(failed.error?.message == "no space" && failed.error?.advice == "free some")
        #expect(failed.notes == [.other(text: "cleanup"), .framesDamaged(frames: 1)])
    }

    @Test("an interruption has a status of its own")
    func interruption() {
        let report = report(.failed(ReportedError.interrupted))
        #expect(report.status == .interrupted && report.exitCode == 30)
    }

    @Test("crashes are counted, interruptions go on with the count, other ends begin anew")
    func crashes() {
        func crashes(_ code: ReportedError.Code, after before: Int) -> Int? {
            JobOutcome(kind: .failed(ReportedError(code, .job, "x"))).crashes(after: before)
        }
        #expect(crashes(.crashed, after: 0) == 1 && crashes(.crashedRepeatedly, after: 2) == 3)
        #expect(crashes(.interrupted, after: 1) == 1 && crashes(.interrupted, after: 0) == nil)
        #expect(crashes(.inputOutput, after: 2) == nil)
        #expect(JobOutcome(kind: .skipped(nil)).crashes(after: 2) == nil)
    }

    @Test("a copy has the source's properties and no notes on the encoded output")
    func copy() {
        let copied = report(.copied(.larger, key: "output/a.mov"), notes: [.sourceKept(reason: .larger)])
        #expect(copied.status == .kept && copied.kept == .larger && copied.exitCode == 0)
        #expect(copied.output?.key == "output/a.mov" && copied.output?.bytes == 1000 && copied.output?.etag == nil)
        #expect(copied.saved?.bytes == 0)
        #expect(copied.notes == [.other(text: "cleanup"), .sourceKept(reason: .larger)])
    }

    @Test("a skip has its reason and no output")
    func skip() {
        let skipped = report(.skipped(.efficient))
        #expect(skipped.status == .skipped && skipped.kept == .efficient && skipped.output == nil)
        #expect(report(.skipped(nil)).kept == nil)
    }

    @Test("a repeated skip has the earlier report's source and notes")
    func repeatedSkip() {
        let repeated = report(.skipped(.larger, before: before), notes: before.notes)
        #expect(repeated.source.etag == "older" && repeated.notes == before.notes)
    }

    @Test("an output that was there is described as in its own report")
    func unchanged() {
        let unchanged = report(.unchanged(key: "output/a.mov", bytes: 400, before: before), notes: before.notes)
        #expect(unchanged.status == .unchanged && unchanged.kept == .larger && unchanged.source.etag == "older")
        #expect(unchanged.output?.bytes == 400 && unchanged.saved?.bytes == 600 && unchanged.notes == before.notes)
    }

    @Test("an output without a report of its own has a key and a size")
    func unchangedWithoutReport() {
        let unchanged = report(.unchanged(key: "output/a.mp4", bytes: 400, before: nil))
        #expect(unchanged.output?.key == "output/a.mp4" && unchanged.saved?.bytes == 600)
        #expect(unchanged.notes == [.other(text: "cleanup")])
    }
}
