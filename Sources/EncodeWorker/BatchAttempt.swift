/// Which job of AWS Batch this is, and the how many-th try of it.
///
/// Source: AWS Batch User Guide, "AWS Batch job environment variables".
struct BatchAttempt: Codable, Sendable, Equatable {
    var id: String
    /// From 1 on.
    var attempt: Int
    /// What became of the attempt before this one, where that has not told it itself.
    var previousAttempt: String?

    /// - Returns: nil outside of AWS Batch.
    init?(reading variable: (String) -> String?) {
        guard let id = variable("AWS_BATCH_JOB_ID") else { return nil }
        self.id = id
        attempt = variable("AWS_BATCH_JOB_ATTEMPT").flatMap { Int($0) } ?? 1
    }

    /// Whether a report tells the end of the attempt before this one.
    func follows(_ report: Report?) -> Bool {
        guard let before = report?.job, before.id == id else { return false }
        return before.attempt >= attempt - 1
    }
}
