import CCrypto
import Findings
import FoundationEssentials
import Testing

@testable import JobReport

struct ReportPageTests {
    private func page(_ report: Report) -> String { String(decoding: ReportPage(report).file(), as: UTF8.self) }

    @Test("the headline has name, sizes, saving, quality, cost and time") func headline() {
        let page = page(SampleReport.done())
        for text in [
            "<h1><bdi>beach.mov</bdi></h1>", "64.7\u{202F}%</strong> smaller", "812.3 MB", "287.0 MB", "45.2\u{202F}dB",
            "$0.0058", "5\u{202F}min 22\u{202F}s", ">Done</p>",
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("the cost is that of all tasks, and helpers are named") func helpers() {
        var report = SampleReport.done()
        report.cost?.others = Cost.Others(tasks: 3, vCPUSeconds: 900, gigabyteSeconds: 1800, estimate: 0.0042)
        var chunks = Report.Chunks(total: 12, done: 12, foundDone: 0, made: 5, takenOver: 0, again: 0)
        (chunks.workers, chunks.helped, chunks.interruptions) = (4, 7, 2)
        report.chunks = chunks
        let page = page(report)
        for text in [
            "$0.0100", "$0.0058 for", "3, 15\u{202F}min 00\u{202F}s of vCPUs, $0.0042",
            "<dt>Workers</dt><dd>4</dd>", "<dt>Encoded by helpers</dt><dd>7</dd>",
            "<dt>Interruptions of helpers</dt><dd>2</dd>",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(SummaryRow(report, page: "a").cost == report.cost?.total)
    }

    @Test("each stream has its fate, with the reason of one that is dropped") func streams() {
        let fates = StreamFate.all(SampleReport.done())
        #expect(fates.map(\.kind) == [.encoded, .copied, .dropped])
        #expect(fates[0].target?.codec == "hevc" && fates[2].reason == "mp4 does not support dvd_subtitle")
        #expect(page(SampleReport.done()).contains("Mp4 does not support") == false)
        var kept = SampleReport.done()
        (kept.status, kept.kept) = (.kept, .larger)
        kept.output?.streams = kept.source.streams
        kept.notes = []
        #expect(StreamFate.all(kept).map(\.kind) == [.copied, .copied, .copied])
    }

    @Test(
        "a failure says whether a retry comes",
        arguments: [
            (20, true, "AWS Batch tries it again"), (20, false, "Start it again"), (10, true, "None: it would end"),
            (30, true, "AWS Batch starts it again"), (2, false, "None: the setting"),
        ] as [(Int32, Bool, String)])
    func retry(code: Int32, isBatch: Bool, text: String) {
        var report = SampleReport.ended(.failed, exitCode: code)
        if isBatch { report.job = BatchAttempt { _ in "1" } }
        let page = page(report)
        #expect(page.contains(text) && page.contains("The source ends early.") && page.contains("Upload it again."))
    }

    @Test("the page of a running job loads itself again, and no other") func refresh() {
        let running = page(SampleReport.ended(.running))
        #expect(running.contains("location.reload()") && running.contains("41.7\u{202F}%</strong> done"))
        #expect(running.contains("5 of 12") && running.contains("2026-11-02 03:12 UTC"))
        for status in [Report.Status.done, .failed, .interrupted, .unchanged, .kept, .skipped] {
            #expect(!page(SampleReport.ended(status)).contains("location.reload()"))
        }
    }

    /// Everything that comes from a file or a request, made as hostile as it can be.
    @Test(
        "hostile texts are shown as text",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'onmouseover='alert(1)", "</title><b>",
            "a\u{202E}b\u{2066}c", "&lt;b&gt;", String(repeating: "<x>", count: 333),
        ])
    func hostile(text: String) {
        var report = SampleReport.ended(.failed, exitCode: 10)
        report.source.key = "input/\(text)/\(text)"
        report.source.streams?[0].title = text
        report.source.streams?[0].codec = text
        report.source.streams?[1].language = text
        report.output = Report.Item(key: text, bytes: 3)
        report.output?.streams = report.source.streams
        report.error = Report.Failure(stage: text, code: text, message: text, advice: text)
        report.notes = [.titleLost(stream: 1, title: text), .tagLost(name: text, value: text), .other(text: text)]
        report.settings.x265Params = text
        (report.startedAt, report.finishedAt) = (text, text)
        report.versions.x265 = text
        let page = page(report)
        if text.contains("<") {
            #expect(!page.contains(text) && page.contains("&lt;"))
        }
        // Elements, attributes and the policy are those of a harmless page.
        var harmless = report
        harmless.source.key = "input/a/a"
        #expect(tags(page).count == tags(self.page(harmless)).count)
        #expect(tags(page).allSatisfy { !$0.contains("onerror") && !$0.contains("onmouseover") })
        #expect(!page.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || $0.value == 0x2066 })
    }

    /// What a browser takes for tags, without the values of attributes.
    private func tags(_ page: String) -> [String] {
        page.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } }.filter {
            $0.first.map { $0.isLetter || $0 == "/" || $0 == "!" } ?? false
        }.map { tag in
            // Every other piece is within quotes.
            tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }
                .map { String($0.element) }.joined()
        }
    }

    @Test("the policy allows the page's own style and script and nothing else") func policy() throws {
        let page = page(SampleReport.done())
        let policy = try #require(page.firstRange(of: "content=\"default-src &#39;none&#39;;"))
        let sheet = try #require(page.firstRange(of: "<style>"))
        let end = try #require(page.firstRange(of: "</style>"))
        var style = String(page[sheet.upperBound..<end.lowerBound])
        var digest = [UInt8](repeating: 0, count: 32)
        style.withUTF8 { _ = EVP_Digest($0.baseAddress, $0.count, &digest, nil, EVP_sha256(), nil) }
        let rest = page[policy.upperBound...].prefix { $0 != "\"" }
        #expect(rest.contains("sha256-\(Data(digest).base64EncodedString())"))
        #expect(!page.contains("style=\"") && !page.contains("http://") && !page.contains("https://"))
    }
}
