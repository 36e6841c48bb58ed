/// A job that was handed in.
public struct SubmittedJob: Sendable {
    /// Its id.
    public var id: String
    /// Its name.
    public var name: String
    /// Its ARN.
    public var arn: String?
}

/// Batch's description of a job: "JobDetail" and "JobSummary", AWS Batch API Reference.
public struct JobDescription: Sendable {
    /// Its id.
    public var id: String
    /// Its name.
    public var name: String
    /// `SUBMITTED`, `PENDING`, `RUNNABLE`, `STARTING`, `RUNNING`, `SUCCEEDED` or `FAILED`.
    public var status: String
    /// Why, in Batch's words.
    public var statusReason: String?
    /// The last attempt's exit code.
    public var exitCode: Int?

    /// Whether it waits or runs.
    public var isUnfinished: Bool { status != "SUCCEEDED" && status != "FAILED" }

    init?(_ json: JSONValue) {
        guard let id = json["jobId"]?.string, let name = json["jobName"]?.string, let status = json["status"]?.string
        else { return nil }
        self.id = id
        self.name = name
        self.status = status
        statusReason = json["statusReason"]?.string
        exitCode = json["container"]?["exitCode"]?.int
    }
}
