/// The job of AWS Batch that this process runs, and the number of the attempt.
///
/// Source: AWS Batch User Guide, "AWS Batch job environment variables".
public struct BatchAttempt: Codable, Sendable, Equatable {
    public var id: String
    /// From 1.
    public var attempt: Int
    /// How the previous attempt ended, if it did not report that itself.
    public var previousAttempt: String?

    /// - Parameter variable: looks an environment variable up.
    /// - Returns: nil outside of AWS Batch.
    public init?(reading variable: (String) -> String?) {
        guard let id = variable("AWS_BATCH_JOB_ID") else { return nil }
        self.id = id
        attempt = variable("AWS_BATCH_JOB_ATTEMPT").flatMap { Int($0) } ?? 1
    }

    /// Whether an attempt that wrote a report is the one just before this one, or a later one.
    public func follows(_ reported: BatchAttempt?) -> Bool {
        guard let reported, reported.id == id else { return false }
        return reported.attempt >= attempt - 1
    }
}
