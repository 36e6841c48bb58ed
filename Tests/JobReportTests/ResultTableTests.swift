import Findings
import JobReport
import Testing

struct ResultTableTests {
    private func report(
        _ key: String, _ status: Report.Status, _ before: UInt64?, _ after: UInt64? = nil, speed: Double? = nil
    ) -> Report {
        var report = Report(
            status: status, exitCode: 0, startedAt: "", finishedAt: "", source: Report.Item(key: key, bytes: before),
            settings: EncodeOptionsTests.options,
            resources: Usage(wallSeconds: 1, cpuSeconds: 1, peakResidentBytes: 1),
            versions: Report.Versions(reelpress: "1", ffmpeg: "5"))
        report.resources.speed = speed
        guard let before, let after else { return report }
        report.output = Report.Item(key: "o", bytes: after)
        report.saved = Report.Saved(before: before, after: after)
        report.quality = Report.Quality(lumaPSNR: 44.444, lumaSSIM: 0.98765)
        return report
    }

    @Test("each source has a row, and several have a sum")
    func rows() {
        var table = ResultTable()
        table.add(report("a.mov", .done, 1000, 250, speed: 1.5))
        table.add(report("long.mov", .failed, nil))
        #expect(
            table.text == """
                name       before   after   saved    CRF      PSNR    SSIM  speed
                a.mov     1.00 kB   250 B  75.0 %  24.00  44.44 dB  0.9877  1.50x
                long.mov        –  failed       –      –         –       –      –
                all       1.00 kB   250 B  75.0 %

                """)
    }

    @Test("without an encode, the status replaces the speed")
    func speed() {
        var table = ResultTable()
        table.add(report("a", .unchanged, 1000, 250))
        #expect(table.text.split(separator: "\n")[1].hasSuffix("done before"))
    }
}
