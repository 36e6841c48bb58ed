import Testing

@testable import EncodeWorker

struct BatchAttemptTests {
    private func report(_ id: String, _ attempt: Int) -> Report {
        var report = Report(
            status: .failed, exitCode: 20, startedAt: "", finishedAt: "", source: Report.Item(key: "a"),
            settings: ReportTests.settings,
            resources: Report.Resources(wallSeconds: 0, cpuSeconds: 0, peakResidentBytes: 0),
            versions: Report.Versions(reelpress: "1", ffmpeg: "5"))
        report.job = BatchAttempt { ["AWS_BATCH_JOB_ID": id, "AWS_BATCH_JOB_ATTEMPT": "\(attempt)"][$0] }
        return report
    }

    @Test func isNoneOutsideOfBatch() {
        #expect(BatchAttempt { _ in nil } == nil)
        #expect(BatchAttempt { $0 == "AWS_BATCH_JOB_ID" ? "j" : nil }?.attempt == 1)
    }

    @Test func knowsWhetherTheOneBeforeHasToldItsEnd() throws {
        let third = try #require(report("j", 3).job)
        #expect(third.follows(report("j", 2)))
        #expect(!third.follows(report("j", 1)) && !third.follows(report("k", 2)) && !third.follows(nil))
    }
}
