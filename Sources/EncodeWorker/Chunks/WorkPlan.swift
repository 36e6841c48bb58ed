import Findings
import Media

/// What `plan.json` has: the plan, and what a helper on another machine needs to know besides it.
struct WorkPlan: Sendable, Codable {
    /// The object that is encoded.
    struct Source: Sendable, Codable, Equatable {
        /// The source's key or path.
        var key: String
        /// Nil for the current object.
        var versionID: String?
        var etag: String
    }

    var source: Source
    /// The versions of program and libraries that made the plan: others would make other bytes of it.
    var software: [String]
    /// Nil if it was made by other versions.
    var plan: TranscodePlan?

    init(_ plan: TranscodePlan, of source: Source) {
        self.plan = plan
        self.source = source
        software = WorkIdentity.software
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        source = try fields.decode(Source.self, forKey: .source)
        software = try fields.decode([String].self, forKey: .software)
        // Another version's plan may have other fields.
        if software == WorkIdentity.software { plan = try fields.decode(TranscodePlan.self, forKey: .plan) }
    }

    /// - Throws: `ReportedError` if it was made by other versions, which a folder's identity excludes.
    func usable() throws -> TranscodePlan {
        if let plan { return plan }
        throw ReportedError(
            .inputOutput, .open, "the plan of \(source.key) was made by \(software.joined(separator: ", "))",
            advice: WorkFolder.removal)
    }
}
