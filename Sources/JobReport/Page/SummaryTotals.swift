/// What many jobs saved and cost together.
struct SummaryTotals {
    var videos = 0
    var failed = 0
    var running = 0
    var before: UInt64 = 0
    var after: UInt64 = 0
    var saved: Int64 = 0
    var spent = 0.0
    var hasCosts = false

    /// US dollars for a gigabyte and month in S3 Standard, us-east-1, the first 50 TB.
    ///
    /// Source: Amazon S3 pricing, "Storage & requests".
    static let monthlyPrice = 0.023

    init(_ rows: [SummaryRow]) {
        videos = rows.count
        for row in rows {
            if row.hasFailed { failed += 1 }
            if row.status == .running { running += 1 }
            if let cost = row.cost { (spent, hasCosts) = (spent + cost, true) }
            guard let before = row.before, let after = row.after, let saved = row.savedBytes else { continue }
            // Sizes come from files that anyone may have written.
            self.before = self.before.addingReportingOverflow(before).partialValue
            self.after = self.after.addingReportingOverflow(after).partialValue
            self.saved = self.saved.addingReportingOverflow(saved).partialValue
        }
    }

    var percent: Double { before > 0 ? Double(saved) * 100 / Double(before) : 0 }

    var savedMonthly: Double { Double(saved) / 1e9 * Self.monthlyPrice }
}
