/// One report in the summary of many.
public struct SummaryRow: Sendable {
    var name: String
    /// The report's page, relative to the summary.
    var page: String
    var status: Report.Status
    var verdict: Verdict
    var before: UInt64?
    var after: UInt64?
    var savedBytes: Int64?
    var savedPercent: Double?
    /// Mean XPSNR in dB.
    var quality: Double?
    /// The target in dB that the video does not reach at the lowest CRF; nil if it does, or if none was searched.
    var missedTarget: Double?
    var crf: Double
    var cost: Double?
    var ended: String
    var thumbnail: Report.Thumbnail?
    var error: String?

    /// - Parameter page: the path of the report's page, relative to the summary.
    public init(_ report: Report, page: String) {
        name = report.source.key
        self.page = page
        status = report.status
        verdict = Verdict(report)
        before = report.source.bytes
        after = report.output?.bytes
        savedBytes = report.saved?.bytes
        savedPercent = report.saved?.percent
        quality = report.quality?.xpsnr?.mean
        missedTarget = report.search.flatMap { $0.reached ? nil : $0.target }
        crf = report.settings.crf
        cost = report.cost?.sum
        ended = report.finishedAt
        thumbnail = report.thumbnail
        error = report.error?.message
    }

    var needsLook: Bool { hasFailed || missedTarget != nil }

    var hasFailed: Bool { status == .failed || status == .interrupted }

    /// What comes first in a summary: failures, then videos under their target.
    var urgency: Int { hasFailed ? 2 : missedTarget != nil ? 1 : 0 }

    /// Why it needs a look.
    var reason: String {
        if let error { return error }
        guard !hasFailed, let missedTarget else { return verdict.word }
        let target = NumberFormat.decimals(missedTarget, 1)
        guard let quality else { return "the quality is under the target of \(target) dB" }
        return "the quality is \(NumberFormat.decimals(quality, 1)) dB, the target \(target) dB"
    }
}
