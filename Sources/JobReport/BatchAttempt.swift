/// The job of AWS Batch that this process runs, and the number of the attempt.
///
/// Source: AWS Batch User Guide, "AWS Batch job environment variables".
public struct BatchAttempt: Codable, Sendable, Equatable {
    public var id: String
    /// From 1.
    public var attempt: Int
    /// How the previous attempt ended, if it did not report that itself.
    public var previousAttempt: String?
    /// Attempts in a row that crashed, this one included; interruptions between them don't count. Nil for none.
    public var crashes: Int?

    /// - Parameter variable: looks an environment variable up.
    /// - Returns: nil outside of AWS Batch.
    public init?(reading variable: (String) -> String?) {
        guard let id = variable("AWS_BATCH_JOB_ID") else { return nil }
        self.id = id
        attempt = variable("AWS_BATCH_JOB_ATTEMPT").flatMap { Int($0) } ?? 1
    }

    /// How often the attempts before this one have crashed in a row.
    ///
    /// - Parameter reported: the last attempt that wrote a report.
    public func crashes(before reported: BatchAttempt?) -> Int {
        guard let reported, reported.id == id, reported.attempt < attempt else { return 0 }
        return reported.crashes ?? 0
    }

    /// Whether an attempt that wrote a report is the one just before this one, or a later one.
    public func follows(_ reported: BatchAttempt?) -> Bool {
        guard let reported, reported.id == id else { return false }
        return reported.attempt >= attempt - 1
    }
}
