import HTTP
public import Threads

/// AWS Batch, a blocking call on the caller's thread for each operation. The page of the same name in the AWS Batch API
/// Reference documents each; errors are `AWSError`.
public final class BatchClient: Sendable {
    private let service: ServiceClient

    /// A client of these settings.
    public init(_ configuration: AWSConfiguration) {
        service = ServiceClient(service: "batch", configuration)
    }

    /// Opens a connection, so that the first call finds one. Says nothing where that fails: the call will.
    public func connect() { service.connect() }

    /// Hands a job in: "SubmitJob".
    ///
    /// - Parameters:
    ///   - attempts: the first among them; nil takes the client's. More than one may submit the job twice, if an answer
    ///     is lost.
    ///   - cancellation: looked at about once a second, between tries too; its request ends the call with an error of
    ///     kind `cancelled`.
    public func submitJob(
        _ job: JobSubmission, attempts: Int? = nil, cancellation: Cancellation? = nil
    ) throws(AWSError) -> SubmittedJob {
        guard JobSubmission.isName(job.name) else {
            throw AWSError(
                .configuration,
                service: "batch",
                operation: "SubmitJob",
                resource: job.name,
                message:
                    "a job's name is 1 to 128 letters, digits, hyphens and underscores and starts with a letter or "
                    + "digit"
            )
        }
        let answer = try send(
            "SubmitJob", "/v1/submitjob", job.json, resource: job.name, attempts: attempts, cancellation)
        guard let id = answer["jobId"]?.string, let name = answer["jobName"]?.string else {
            throw malformed("SubmitJob", job.name)
        }
        return SubmittedJob(id: id, name: name, arn: answer["jobArn"]?.string)
    }

    /// The jobs of a queue that have this name, whatever their status, 100 at most: "ListJobs".
    ///
    /// - Parameters:
    ///   - attempts: the first among them; nil takes the client's.
    ///   - cancellation: as of `submitJob`.
    public func listJobs(
        queue: String, name: String, attempts: Int? = nil, cancellation: Cancellation? = nil
    ) throws(AWSError) -> [JobDescription] {
        let filter: JSONValue = ["name": "JOB_NAME", "values": [.string(name)]]
        let body: JSONValue = ["jobQueue": .string(queue), "filters": [filter]]
        let answer = try send("ListJobs", "/v1/listjobs", body, resource: name, attempts: attempts, cancellation)
        guard let jobs = answer["jobSummaryList"]?.array else { throw malformed("ListJobs", name) }
        // Batch compares names without regard to case.
        return jobs.compactMap(JobDescription.init).filter { $0.name == name }
    }

    /// Describes up to 100 jobs; unknown ones are left out: "DescribeJobs".
    public func describeJobs(_ ids: [String]) throws(AWSError) -> [JobDescription] {
        let body: JSONValue = ["jobs": .array(ids.map { .string($0) })]
        let answer = try send("DescribeJobs", "/v1/describejobs", body, resource: ids.joined(separator: ","))
        guard let jobs = answer["jobs"]?.array else { throw malformed("DescribeJobs", ids.joined(separator: ",")) }
        return jobs.compactMap(JobDescription.init)
    }

    /// Ends a job, running or not: "TerminateJob".
    ///
    /// - Parameter reason: shown in the job's status and log.
    public func terminateJob(_ id: String, reason: String) throws(AWSError) {
        _ = try send(
            "TerminateJob", "/v1/terminatejob", ["jobId": .string(id), "reason": .string(reason)], resource: id)
    }

    /// Cancels a job that is `SUBMITTED`, `PENDING` or `RUNNABLE`, and those children of an array job that are: "CancelJob".
    /// One that is `STARTING` or `RUNNING` goes on; that is no error.
    ///
    /// - Parameters:
    ///   - reason: shown in the job's status and log.
    ///   - cancellation: as of `submitJob`.
    public func cancelJob(_ id: String, reason: String, cancellation: Cancellation? = nil) throws(AWSError) {
        _ = try send(
            "CancelJob", "/v1/canceljob", ["jobId": .string(id), "reason": .string(reason)], resource: id, cancellation)
    }

    private func send(
        _ operation: String, _ path: String, _ body: JSONValue, resource: String, attempts: Int? = nil,
        _ cancellation: Cancellation? = nil
    ) throws(AWSError) -> JSONValue {
        var call = APICall(operation: operation, resource: resource, method: .post, path: path)
        call.maxAttempts = attempts
        call.cancellation = cancellation
        call.headers["Content-Type"] = "application/json"
        call.body = .bytes(Array(body.text.utf8))
        let response = try service.send(call)
        // CancelJob and TerminateJob answer with nothing, or with an empty object.
        if response.body.isEmpty { return [:] }
        guard let answer = try? JSONValue(parsing: response.body) else { throw malformed(operation, resource) }
        return answer
    }

    private func malformed(_ operation: String, _ resource: String) -> AWSError {
        AWSError(
            .malformedResponse,
            service: "batch",
            operation: operation,
            resource: resource,
            message: "the answer isn't the JSON that is documented"
        )
    }
}
