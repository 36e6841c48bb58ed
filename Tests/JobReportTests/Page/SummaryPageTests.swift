import FoundationEssentials
import Testing

@testable import JobReport

struct SummaryPageTests {
    private func row(_ name: String, _ report: Report) -> SummaryRow {
        var report = report
        report.source.key = name
        return SummaryRow(report, page: "preserve/\(name).html")
    }

    private func page(_ rows: [SummaryRow], unreadable: Int = 0) -> String {
        let page = SummaryPage(rows, place: "bucket", unreadable: unreadable, time: "2026-11-28T08:00:00Z")
        return String(decoding: page.file(), as: UTF8.self)
    }

    /// What the script reads.
    private func data(_ page: String) throws -> [[Value]] {
        let start = try #require(page.firstRange(of: "id=\"rows\">"))
        let json = page[start.upperBound...].prefix { $0 != "<" }
        return try JSONDecoder().decode([[Value]].self, from: Data(json.utf8))
    }

    private enum Value: Decodable, Equatable {
        case text(String)
        case list([Value])
        case number(Double?)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .number(try? container.decode(Double.self))
            }
        }
    }

    @Test("totals are those of all videos that have an output") func totals() {
        let rows = [
            row("a", SampleReport.done()), row("b", SampleReport.done()), row("c", SampleReport.ended(.failed)),
            row("d", SampleReport.ended(.running)),
        ]
        let totals = SummaryTotals(rows)
        #expect(totals.videos == 4 && totals.failed == 1 && totals.running == 1)
        #expect(totals.saved == 2 * (812_345_678 - 287_000_000) && abs(totals.spent - 4 * 0.0058) < 1e-9)
        #expect(abs(totals.savedMonthly - 1.050691356 * 0.023) < 1e-9)
    }

    @Test("failures come first, with their reason") func order() throws {
        let page = page([row("good.mp4", SampleReport.done()), row("bad.mp4", SampleReport.ended(.failed))])
        #expect(page.contains("Needs a look") && page.contains("The source ends early."))
        #expect(try data(page).map { $0[0] } == [.text("preserve/bad.mp4.html"), .text("preserve/good.mp4.html")])
    }

    @Test("videos under their target come after failures and before all others") func target() throws {
        var missed = SampleReport.done()
        missed.search = Report.Search(
            target: 37, crf: 23, reached: false, expected: 35.2, probes: [], cpuSeconds: 1)
        let page = page([
            row("good.mp4", SampleReport.done()), row("hard.mp4", missed), row("bad.mp4", SampleReport.ended(.failed)),
        ])
        #expect(page.contains("target of 37.0") || page.contains("the target 37.0"))
        let order = ["bad", "hard", "good"].map { Value.text("preserve/\($0).mp4.html") }
        #expect(try data(page).map { $0[0] } == order)
    }

    @Test("no rows beyond the first hundred are elements") func rows() throws {
        let page = page((0..<1000).map { row("\($0)", SampleReport.done()) })
        #expect(page.ranges(of: "<tr><th scope=\"row\">").count == 100)
        #expect(try data(page).count == 1000)
    }

    private func pictured(_ name: String, bytes: Int) -> SummaryRow {
        var report = SampleReport.done()
        report.thumbnail = Report.Thumbnail(Data(repeating: 7, count: bytes))
        return row(name, report)
    }

    @Test("a thumbnail is in the table and in the script's data, and a row without one has its place") func thumbnails()
        throws
    {
        let page = page([pictured("a.mp4", bytes: 3), row("b.mp4", SampleReport.ended(.failed))])
        #expect(page.contains("<span class=\"thumbnail\"><img alt=\"\" src=\"data:image/jpeg;base64,BwcH\"></span>"))
        #expect(page.contains("<span class=\"thumbnail\"></span>"))
        #expect(page.contains("<table id=\"table\" class=\"pictured\">"))
        #expect(try data(page).map { $0[4] } == [.text(""), .text("BwcH")])
        #expect(!self.page([row("a", SampleReport.done())]).contains("class=\"thumbnail\""))
    }

    @Test("the thumbnails of a large library stay within their bytes: the last rows have none") func bounded() {
        let rows = SummaryPage.bounded((0..<9).map { pictured("\($0)", bytes: 30) }, thumbnailBytes: 250)
        #expect(rows.map { $0.thumbnail != nil } == (0..<9).map { $0 < 6 })
    }

    @Test(
        "what is no small base64 is no thumbnail, and the report still counts",
        arguments: ["\"><script>", "", String(repeating: "A", count: 4000)])
    func notThumbnails(text: String) throws {
        var report = SampleReport.done()
        report.thumbnail = Report.Thumbnail(Data([7, 7, 7]))
        let json = String(decoding: try report.json(), as: UTF8.self)
        #expect(Report(json: Array(json.utf8))?.thumbnail == report.thumbnail)
        let value = text.replacing("\"", with: "\\\"")
        let again = try #require(Report(json: Array(json.replacing("BwcH", with: value).utf8)))
        #expect(again.thumbnail == nil)
    }

    @Test(
        "hostile names and messages are text, in elements and in the script's data",
        arguments: [
            "</script><script>alert(1)</script>", "<!--<script>", "\"'\\", "a\u{202E}b\u{2028}", "javascript:x",
        ])
    func hostile(text: String) throws {
        var failed = SampleReport.ended(.failed)
        failed.source.key = text
        failed.error?.message = text
        failed.finishedAt = text
        let page = page([SummaryRow(failed, page: "\(text).html")])
        #expect(page.ranges(of: "<script").count == 2 && page.ranges(of: "</script>").count == 2)
        #expect(!page.contains("<!--") && !page.contains("href=\"javascript:"))
        #expect(!page.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x2028 })
        let row = try data(page)[0]
        guard case .list(let cells) = row[2] else { throw CancellationError() }
        #expect(cells[0] == .text(HTML.visible(text)))
    }

    @Test("a page without reports says so much") func empty() {
        #expect(page([], unreadable: 2).contains("<dt>Not readable</dt><dd>2</dd>"))
    }
}
