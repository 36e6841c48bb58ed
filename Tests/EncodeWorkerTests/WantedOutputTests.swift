import TestSupport
import Testing

@testable import EncodeWorker

/// What an output that is there is worth under the settings of now.
struct WantedOutputTests {
    private func wanted(_ larger: Larger = .copy, _ below: Double = 0.05, newer: String? = nil) -> WantedOutput {
        var settings = ReportTests.settings
        (settings.larger, settings.skipHEVCBelow) = (larger, below)
        let source = MemorySource([UInt8](repeating: 0, count: 100))
        return WantedOutput(
            source: OpenedObject(bytes: source, etag: "e", newerETag: newer), sourceName: "input/a", settings: settings)
    }

    @Test func aSmallerOneIsGoodUnderAnyOfThem() {
        for larger in Larger.allCases { #expect(wanted(larger).accepts(wanted().metadata(), bytes: 99)) }
    }

    @Test func aLargerOneIsGoodOnlyWhereItIsKept() {
        for larger in Larger.allCases {
            #expect(wanted(larger).accepts(wanted(.keep).metadata(), bytes: 100) == (larger == .keep))
        }
    }

    @Test func aCopyIsGoodWhereOneWouldBeMade() {
        let (larger, efficient) = (wanted().metadata(keeping: .larger), wanted().metadata(keeping: .efficient))
        #expect(wanted().accepts(larger, bytes: 100) && wanted().accepts(efficient, bytes: 100))
        #expect(!wanted(.keep).accepts(larger, bytes: 100) && wanted(.keep).accepts(efficient, bytes: 100))
        #expect(!wanted(.skip).accepts(larger, bytes: 100) && !wanted(.skip).accepts(efficient, bytes: 100))
        #expect(!wanted(.copy, 0).accepts(efficient, bytes: 100))
    }

    @Test func anotherContentIsNot() {
        let own = wanted().metadata()
        #expect(!wanted().accepts(OutputMetadata(stored: own.source, "f", own.settings, "1"), bytes: 9))
        #expect(!wanted().accepts(OutputMetadata(stored: "input/b", "e", own.settings, "1"), bytes: 9))
    }

    @Test func aNewerVersionsOutputStays() {
        let newer = OutputMetadata(stored: wanted().metadata().source, "f", "any settings", "1")
        #expect(wanted(newer: "f").accepts(newer, bytes: 9))
        #expect(!wanted(newer: "g").accepts(newer, bytes: 9))
    }

    @Test func aSkipIsRepeatedForTheSameAlone() {
        func report(_ status: Report.Status, _ etag: String, _ settings: Report.UsedSettings) -> Report {
            Report(
                status: status, exitCode: 0, startedAt: "", finishedAt: "",
                source: Report.Item(key: "input/a", etag: etag), kept: .larger, settings: settings,
                resources: Report.Resources(wallSeconds: 0, cpuSeconds: 0, peakResidentBytes: 0),
                versions: Report.Versions(reelpress: "1", ffmpeg: "5"))
        }
        let now = wanted(.skip)
        #expect(now.wasSkipped(report(.skipped, "e", now.settings)))
        #expect(!now.wasSkipped(report(.done, "e", now.settings)))
        #expect(!now.wasSkipped(report(.skipped, "f", now.settings)))
        #expect(!now.wasSkipped(report(.skipped, "e", wanted(.copy).settings)))
    }
}
