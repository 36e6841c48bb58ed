/// The environment of a job that helps another one with the chunks of its video: written by that job, read by the helper.
public struct HelperEnvironment: Sendable, Hashable {
    public var bucket: String
    /// The plan's key, which says everything else.
    public var plan: String

    public init(bucket: String, plan: String) {
        self.bucket = bucket
        self.plan = plan
    }

    /// Names and values for Batch's container overrides.
    public var variables: [String: String] { [JobEnvironment.Name.bucket: bucket, JobEnvironment.Name.plan: plan] }

    /// Reads the variables back.
    ///
    /// - Parameter value: the value of a variable, nil where it is not set.
    /// - Returns: nil if the job is none that helps.
    /// - Throws: `MissingVariable` if it is, and the bucket is missing.
    public init?(reading value: (String) -> String?) throws(JobEnvironment.MissingVariable) {
        guard let plan = value(JobEnvironment.Name.plan), !plan.isEmpty else { return nil }
        guard let bucket = value(JobEnvironment.Name.bucket), !bucket.isEmpty else {
            throw JobEnvironment.MissingVariable(name: JobEnvironment.Name.bucket)
        }
        self.init(bucket: bucket, plan: plan)
    }
}
