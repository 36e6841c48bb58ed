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
    /// dB.
    var quality: Double?
    var crf: Double
    var cost: Double?
    var ended: String
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
        quality = report.quality?.lumaPSNR
        crf = report.settings.crf
        cost = report.cost?.sum
        ended = report.finishedAt
        error = report.error?.message
    }

    /// The report's name: of what comes first if nothing else decides.
    var path: String { page }

    var needsLook: Bool { status == .failed || status == .interrupted }
}
