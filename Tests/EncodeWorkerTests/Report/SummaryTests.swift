import Findings
import FoundationEssentials
import JobReport
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// The page over the reports of a folder.
struct SummaryTests {
    @Test("what is no report is counted and left out, however large it is") func others() throws {
        let folder = try TemporaryFolder()
        let store = LocalStore(root: folder.path)
        let report = Report(
            JobOutcome(kind: .copied(.larger, key: "output/a.mov")),
            JobFacts(source: Report.Item(key: "input/a.mov", etag: "e", bytes: 1000)), testOptions,
            Usage(wallSeconds: 2, cpuSeconds: 1, peakResidentBytes: 1), startedAt: "t")
        try store.put("reports/a.mov.json", try report.json())
        try store.put("reports/b.mov.json", Array("{}".utf8))
        try store.put("reports/c.mov.json", [UInt8](repeating: 32, count: Report.maxBytes + 1))
        try store.put("reports/d.txt", Array("no report".utf8))
        let summary = Summary(store: store, place: "folder")
        #expect(try summary.write(at: "2026-11-28T08:00:00Z", cancellation: Cancellation()) == 1)
        let page = String(decoding: try FileBytes.read(folder("reports/index.html")), as: UTF8.self)
        #expect(page.contains("href=\"a.mov.html\"") && page.contains("<dt>Not readable</dt><dd>2</dd>"))
    }
}
