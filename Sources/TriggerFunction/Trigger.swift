import AWSCore
import EncodeJob
import LambdaRuntime

/// Submits one job for each video that an event names.
struct Trigger: LambdaHandler {
    private let settings: TriggerSettings
    private let batch: BatchClient
    /// What is kept of the function's time to say what failed: after the deadline nobody would learn.
    private static let reserve: UInt64 = 1500

    /// Reads all that can be known before the first event, and opens the connection to Batch.
    init(_ environment: AWSEnvironment) throws {
        settings = try TriggerSettings(environment)
        do {
            let configuration = try AWSConfiguration(environment)
            _ = try configuration.credentials.credentials()
            batch = BatchClient(configuration)
        } catch {
            throw SettingsError(description: "\(error)")
        }
        batch.connect()
    }

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        let records: [Result<EventRecord, EventError>]
        do {
            switch try UploadEvent(invocation.payload) {
            case .test(let bucket):
                LambdaLog.write("s3:TestEvent: s3://\(bucket) sends its events here")
                return Array(#"{"records":[]}"#.utf8)
            case .records(let found): records = found
            }
        } catch {
            throw InvalidEvent(description: "\(error)")
        }
        let results = records.map { record in
            let result = self.result(of: record, invocation)
            LambdaLog.write(result.line)
            return result
        }
        if let failure = RecordsFailed(results) { throw failure }
        let response: JSONValue = ["records": .array(results.map(\.json))]
        return Array(response.text.utf8)
    }

    private func result(of record: Result<EventRecord, EventError>, _ invocation: Invocation) -> RecordResult {
        switch record {
        case .failure(let error): RecordResult(record: nil, fate: .failed("\(error)"))
        case .success(let record): RecordResult(record: record, fate: fate(of: record, invocation))
        }
    }

    private func fate(of record: EventRecord, _ invocation: Invocation) -> RecordResult.Fate {
        if let reason = SkipReason(record) { return .skipped(reason) }
        let isOver = { invocation.remainingMilliseconds < Self.reserve }
        do {
            let job = submission(record.upload)
            if let known = try known(job, record.upload, isOver) { return .known(known) }
            if isOver() { return .failed("the function's time was up before it was submitted") }
            return .submitted(try batch.submitJob(job, isCancelled: isOver))
        } catch  where error.kind == .cancelled {
            return .failed("the function's time was up before Batch had answered")
        } catch {
            return .failed("\(error)")
        }
    }

    /// The job of an earlier delivery of the same event, as long as it waits or runs: a second one would encode beside it.
    /// After its end a second one is welcome: it looks whether the output is still there.
    private func known(
        _ job: JobSubmission,
        _ upload: Upload,
        _ isOver: @escaping () -> Bool
    ) throws(AWSError) -> JobDescription? {
        guard upload.eTag != nil, !isOver() else { return nil }
        let jobs: [JobDescription]
        do {
            jobs = try batch.listJobs(queue: job.queue, name: job.name, isCancelled: isOver)
        } catch  where error.kind == .cancelled {
            throw error
        } catch {
            // A second job costs a little and harms nobody; one that is missing would.
            LambdaLog.write("\(upload.location): not looked for an earlier job: \(error)")
            return nil
        }
        return jobs.first(where: \.isUnfinished)
    }

    private func submission(_ upload: Upload) -> JobSubmission {
        var job = JobSubmission(name: JobName.make(upload), queue: settings.queue, definition: settings.definition)
        let environment = JobEnvironment(
            bucket: upload.bucket,
            key: upload.key,
            versionID: upload.versionID,
            etag: upload.eTag
        )
        for (name, value) in environment.variables { job.environment[name] = value }
        job.container = settings.container
        job.tags = JobTags.make(upload)
        job.propagatesTags = true
        return job
    }
}
