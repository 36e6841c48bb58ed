import AWSCore
import EncodeJob
import LambdaRuntime
import Threads

/// Submits one job for each video that an event names.
final class Trigger: LambdaHandler {
    private let settings: TriggerSettings
    private let batch: BatchClient
    private let patience: Patience
    /// Before this moment jobs aren't listed.
    private var listsFrom = Timestamp(seconds: 0)

    /// Reads the settings before the first event, and opens the connection to Batch.
    init(_ environment: AWSEnvironment, _ patience: Patience = Patience()) throws {
        self.patience = patience
        settings = try TriggerSettings(environment)
        do {
            let configuration = try AWSConfiguration(
                environment, retry: patience.retry, timeouts: patience.timeouts)
            _ = try configuration.credentials.credentials()
            batch = BatchClient(configuration)
        } catch {
            throw SettingsError(description: "\(error)")
        }
        batch.connect()
    }

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        let event: UploadEvent
        do {
            event = try UploadEvent(invocation.payload)
        } catch {
            throw InvalidEvent(description: "\(error)")
        }
        let response: JSONValue
        switch event {
        case .test(let bucket):
            LambdaLog.write("s3:TestEvent: s3://\(bucket) sends its events here")
            response = ["records": []]
        case .records(let records):
            let results = self.results(of: records, invocation)
            if let failure = RecordsFailed(results) { throw failure }
            response = ["records": .array(results.map(\.json))]
        case .tasks(let operation):
            response = operation.response(results(of: operation.records, invocation))
        }
        return Array(response.text.utf8)
    }

    private func results(of records: [Result<EventRecord, EventError>], _ invocation: Invocation) -> [RecordResult] {
        records.map { record in
            let result = self.result(of: record, invocation)
            LambdaLog.write(result.line)
            return result
        }
    }

    private func result(of record: Result<EventRecord, EventError>, _ invocation: Invocation) -> RecordResult {
        switch record {
        case .failure(let error): RecordResult(record: nil, fate: .failed("\(error)", isTemporary: false))
        case .success(let record): RecordResult(record: record, fate: fate(of: record, invocation))
        }
    }

    private func fate(of record: EventRecord, _ invocation: Invocation) -> RecordResult.Fate {
        switch Decision(record) {
        case .skip(let reason): .skipped(reason)
        case .encode(let keys, let object): submit(keys, object, invocation)
        }
    }

    private func submit(_ keys: JobKeys, _ object: S3ObjectVersion, _ invocation: Invocation) -> RecordResult.Fate {
        let milliseconds = Int(clamping: invocation.remainingMilliseconds) - patience.reserve
        let timeUp = Cancellation(after: Double(milliseconds) / 1000)
        do {
            let job = submission(keys, object)
            if let duplicate = try unfinishedJob(like: job, object, timeUp) { return .duplicate(duplicate) }
            if timeUp.isCancelled {
                return .failed("the function's time was up before it was submitted", isTemporary: true)
            }
            return .submitted(try batch.submitJob(job, cancellation: timeUp))
        } catch  where error.kind == .cancelled {
            return .failed("the function's time was up before Batch had taken it: \(error)", isTemporary: true)
        } catch {
            return .failed("\(error)", isTemporary: error.isRetryable)
        }
    }

    /// The job of an earlier delivery of the same event, as long as it waits or runs: a second one would encode the same
    /// source at the same time. After its end a second one is welcome: it checks whether the output is still there.
    private func unfinishedJob(
        like job: JobSubmission, _ object: S3ObjectVersion, _ timeUp: Cancellation
    ) throws(AWSError) -> JobDescription? {
        guard object.etag != nil, listsFrom <= .now, !timeUp.isCancelled else { return nil }
        let jobs: [JobDescription]
        do {
            jobs = try batch.listJobs(
                queue: job.queue, name: job.name, attempts: patience.listAttempts, cancellation: timeUp)
        } catch  where error.kind == .cancelled {
            throw error
        } catch {
            // A second job costs a little and does no harm; a missing one would.
            if error.isThrottling { listsFrom = Timestamp(seconds: Timestamp.now.seconds + patience.listPause) }
            LambdaLog.write("\(object.location): could not look for an earlier job: \(error)")
            return nil
        }
        return jobs.first(where: \.isUnfinished)
    }

    private func submission(_ keys: JobKeys, _ object: S3ObjectVersion) -> JobSubmission {
        let name = JobName.make(keys, object)
        var job = JobSubmission(name: name, queue: settings.queue, definition: settings.definition)
        let environment = JobEnvironment(
            bucket: object.bucket, key: object.key, versionID: object.versionID, etag: object.etag?.value)
        for (name, value) in environment.variables { job.environment[name] = value }
        job.container = settings.container
        job.tags = JobTags.make(keys, bucket: object.bucket)
        job.propagatesTags = true
        return job
    }
}
