import FoundationEssentials
import Testing

@testable import JobReport

struct SnapshotPageTests {
    private func report() -> Report {
        var report = SampleReport.done()
        func snapshot(_ kind: Report.Snapshot.Kind, _ number: UInt8, hasDetail: Bool) -> Report.Snapshot {
            func image(_ value: UInt8) -> Data { Data([0xFF, 0xD8, number, value]) }
            return Report.Snapshot(
                kind: kind, time: Double(number), xpsnr: 40, psnr: 41, width: 1280, height: 720,
                detail: hasDetail ? Report.Snapshot.Detail(width: 640, height: 360) : nil,
                images: Report.Images(
                    before: image(0), after: image(1), detailBefore: hasDetail ? image(2) : nil,
                    detailAfter: hasDetail ? image(3) : nil))
        }
        report.snapshots = [snapshot(.worst, 7, hasDetail: true), snapshot(.median, 9, hasDetail: false)]
        return report
    }

    /// The output of an earlier job has its images in that job's page only.
    @Test("images are taken from an earlier page") func taken() throws {
        let report = report()
        var again = try #require(Report(json: try report.json()))
        #expect(again.snapshots?.allSatisfy { $0.images == nil } == true)
        again.takeImages(fromPage: ReportPage(report).file())
        #expect(again.snapshots == report.snapshots)
    }

    @Test("a page of another report has no images for this one") func others() throws {
        var other = report()
        other.snapshots?.removeLast()
        var again = try #require(Report(json: try report().json()))
        again.takeImages(fromPage: ReportPage(other).file())
        #expect(again.snapshots?.allSatisfy { $0.images == nil } == true)
        #expect(!String(decoding: ReportPage(again).file(), as: UTF8.self).contains("<figure class=\"compare\">"))
    }

    private func search(_ probes: [(crf: Double, mean: Double)], reached: Bool = true) -> Report.Search {
        Report.Search(
            target: 38, crf: 24, reached: reached, expected: 38.2,
            probes: probes.map {
                Report.Search.Probe(crf: $0.crf, mean: $0.mean, worst: $0.mean - 2, frames: 100, bytesPerFrame: 1)
            }, cpuSeconds: 75)
    }

    @Test("the search for a CRF is a curve, with the target and the same in words") func curve() throws {
        let plot = try #require(SearchPlot(search: search([(25.5, 37), (24, 38.2), (23, 39)])).section).text
        // From 22 to 29; 39 dB are at the top and 37 at the bottom.
        for place in ["cx=\"14.29%\" cy=\"18.00%\"", "cx=\"50.00%\" cy=\"80.00%\""] {
            #expect(plot.contains(place), "\(place)")
        }
        #expect(plot.contains("class=\"target\" x1=\"0\" x2=\"100%\" y1=\"49.00%\""))
        #expect(plot.ranges(of: "<circle").count == 3 && plot.ranges(of: "class=\"chosen\"").count == 1)
        #expect(plot.ranges(of: "<line class=\"mean\"").count == 2)
        let words =
            "CRF 23 has 39.0\u{202F}dB, CRF 24 has 38.2\u{202F}dB, CRF 25.5 has 37.0\u{202F}dB. The target is 38.0"
        #expect(plot.contains(words) && plot.contains("The highest CRF that holds"))
        #expect(SearchPlot(search: search([(23, 36)], reached: false)).section?.text.contains("No CRF holds") == true)
        #expect(SearchPlot(search: search([])).section == nil)
        var report = SampleReport.done()
        report.search = search([(24, 38)])
        #expect(String(decoding: ReportPage(report).file(), as: UTF8.self).contains("<circle"))
    }

    @Test("a timeline has a line for each run of values") func timeline() throws {
        let timeline = Report.Timeline(
            step: 1, mean: [40, 41, nil, 39, 42], lowest: [38, 39, nil, 30, 41], bytes: [1000, 2000, 0, 500, 1500])
        let section = try #require(TimelinePlot(timeline: timeline, seams: [0, 3], crf: 24.5).section).text
        #expect(section.contains("class=\"mean\" d=\"M0.0 26.7L250.0 13.3M750.0 40.0L1000.0 0.0\""))
        #expect(section.ranges(of: "class=\"seam\"").count == 2 && section.contains("XPSNR from 30.0 to 42.0 dB"))
        #expect(section.contains("All 2 chunks have the CRF 24.5."))
        let none = Report.Timeline(step: 1, mean: [], lowest: [], bytes: [])
        #expect(TimelinePlot(timeline: none, seams: [], crf: 24).section == nil)
    }
}
