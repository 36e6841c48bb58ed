import AWSCore
import EncodeJob
import LambdaRuntime
import Threads

/// Submits one job for each video that an event names.
struct Trigger: LambdaHandler {
    private let settings: TriggerSettings
    private let batch: BatchClient
    /// Milliseconds of the function's time that are kept to report failures: after the deadline nothing can be.
    private static let reserve: Double = 1500

    /// Reads the settings before the first event, and opens the connection to Batch.
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
        switch Decision(record) {
        case .skip(let reason): .skipped(reason)
        case .encode(let keys, let object): submit(keys, object, invocation)
        }
    }

    private func submit(_ keys: JobKeys, _ object: S3ObjectVersion, _ invocation: Invocation) -> RecordResult.Fate {
        let seconds = (Double(invocation.remainingMilliseconds) - Self.reserve) / 1000
        let timeUp = Cancellation(after: seconds)
        do {
            let job = submission(keys, object)
            if let duplicate = try unfinishedJob(like: job, object, timeUp) { return .duplicate(duplicate) }
            if timeUp.isCancelled { return .failed("the function's time was up before it was submitted") }
            return .submitted(try batch.submitJob(job, cancellation: timeUp))
        } catch  where error.kind == .cancelled {
            return .failed("the function's time was up before Batch had answered")
        } catch {
            return .failed("\(error)")
        }
    }

    /// The job of an earlier delivery of the same event, as long as it waits or runs: a second one would encode the same
    /// source at the same time. After its end a second one is welcome: it checks whether the output is still there.
    private func unfinishedJob(
        like job: JobSubmission, _ object: S3ObjectVersion, _ timeUp: Cancellation
    ) throws(AWSError) -> JobDescription? {
        guard object.etag != nil, !timeUp.isCancelled else { return nil }
        let jobs: [JobDescription]
        do {
            jobs = try batch.listJobs(queue: job.queue, name: job.name, cancellation: timeUp)
        } catch  where error.kind == .cancelled {
            throw error
        } catch {
            // A second job costs a little and does no harm; a missing one would.
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
        job.tags = JobTags.make(keys, object)
        job.propagatesTags = true
        return job
    }
}
