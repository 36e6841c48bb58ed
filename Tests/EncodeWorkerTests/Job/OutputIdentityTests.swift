import AWSCore
import Findings
import JobReport
import TestSupport
import Testing

@testable import EncodeWorker

/// Which existing outputs a job with certain settings accepts.
struct OutputIdentityTests {
    private func identity(_ larger: SizePolicy = .copy, _ below: Double = 0.05, newer: ETag? = nil) -> OutputIdentity {
        var options = testOptions
        (options.larger, options.skipHEVCBelow) = (larger, below)
        let source = MemorySource([UInt8](repeating: 0, count: 100))
        return OutputIdentity(
            source: OpenedObject(bytes: source, etag: "e", newerETag: newer), sourceName: "input/a", options: options)
    }

    @Test("a smaller output matches under every size policy")
    func smaller() {
        for larger in SizePolicy.allCases { #expect(identity(larger).matches(identity().metadata(), bytes: 99)) }
    }

    @Test("a larger output matches only if larger ones are kept")
    func larger() {
        for larger in SizePolicy.allCases {
            #expect(identity(larger).matches(identity(.keep).metadata(), bytes: 100) == (larger == .keep))
        }
    }

    @Test("a copy matches if the settings could lead to one")
    func copies() {
        let (larger, efficient) = (identity().metadata(copying: .larger), identity().metadata(copying: .efficient))
        #expect(identity().matches(larger, bytes: 100) && identity().matches(efficient, bytes: 100))
        #expect(!identity(.keep).matches(larger, bytes: 100) && identity(.keep).matches(efficient, bytes: 100))
        #expect(!identity(.skip).matches(larger, bytes: 100) && !identity(.skip).matches(efficient, bytes: 100))
        #expect(!identity(.copy, 0).matches(efficient, bytes: 100))
    }

    @Test("an output of another source or other content does not match")
    func otherContent() {
        let own = identity().metadata()
        #expect(!identity().matches(OutputMetadata(stored: own.source, "f", own.settings, "1"), bytes: 9))
        #expect(!identity().matches(OutputMetadata(stored: "input/b", "e", own.settings, "1"), bytes: 9))
    }

    @Test("the output of a newer version of the source matches")
    func newerVersion() {
        let newer = OutputMetadata(stored: identity().metadata().source, "f", "any settings", "1")
        #expect(identity(newer: "f").matches(newer, bytes: 9))
        #expect(!identity(newer: "g").matches(newer, bytes: 9))
    }

    @Test("a skip is repeated for the same source and settings only")
    func skips() {
        func report(_ status: Report.Status, _ etag: String, _ options: EncodeOptions) -> Report {
            Report(
                status: status, exitCode: 0, startedAt: "", finishedAt: "",
                source: Report.Item(key: "input/a", etag: etag), kept: .larger, settings: options,
                resources: Usage(wallSeconds: 0, cpuSeconds: 0, peakResidentBytes: 0),
                versions: Report.Versions(reelpress: "1", ffmpeg: "5"))
        }
        let now = identity(.skip)
        #expect(now.matchesSkip(report(.skipped, "e", now.options)))
        #expect(!now.matchesSkip(report(.done, "e", now.options)))
        #expect(!now.matchesSkip(report(.skipped, "f", now.options)))
        #expect(!now.matchesSkip(report(.skipped, "e", identity(.copy).options)))
    }
}
