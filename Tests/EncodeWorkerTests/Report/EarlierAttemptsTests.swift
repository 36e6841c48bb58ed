import JobReport
import Testing

@testable import EncodeWorker

/// What the report of an earlier attempt says about the seconds that were lost.
struct EarlierAttemptsTests {
    private let before: Report = {
        var chunks = Report.Chunks(total: 8, done: 3, foundDone: 1, made: 2, takenOver: 0, again: 0)
        (chunks.attempts, chunks.secondsLost) = (2, 30)
        let usage = Usage(wallSeconds: 1, cpuSeconds: 1, peakResidentBytes: 1)
        return Report(
            status: .running, exitCode: 0, startedAt: "", finishedAt: "1970-01-01T00:01:40Z",
            source: Report.Item(key: "input/a.mov", etag: "e"), chunks: chunks, settings: testOptions, resources: usage,
            versions: Report.Versions(reelpress: "", ffmpeg: ""))
    }()

    @Test("Seconds of chunks that were begun and not finished are added to those that were lost before")
    func secondsLost() {
        let earlier = EarlierAttempts(before, etag: "e", begun: [90_000_000_000, 95_000_000_000, 120_000_000_000])
        #expect(earlier == EarlierAttempts(attempts: 2, secondsLost: 45))
    }

    @Test("A report of another source, or none, says nothing")
    func otherSource() {
        #expect(EarlierAttempts(before, etag: "other", begun: [0]) == EarlierAttempts())
        #expect(EarlierAttempts(nil, etag: "e", begun: [0]) == EarlierAttempts())
    }
}
