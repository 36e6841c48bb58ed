import AWSCore
import EncodeJob
import Findings
import JobReport

/// One job of AWS Batch: the environment names the source, its key decides everything else.
struct BatchRun {
    let command: CommandContext

    /// Does the job.
    func run() throws(ExitError) -> ExitStatus {
        let (locations, context) = try plan()
        return JobRunner(settings: command.settings, context: context, interruption: command.interruption)
            .run(locations).status
    }

    /// Reports the end of a job whose process did not.
    func report(_ lost: Supervisor.LostJob) throws(ExitError) -> ExitStatus {
        let error = ReportedError(lost.end)
        StandardError.write("\(command.environment["S3_KEY"] ?? ""): \(error)\n")
        let (locations, context) = try plan()
        let writer = ReportWriter(
            locations, command.settings, context, meter: lost.meter, startedAt: lost.startedAt)
        return writer.abandonLost(error, lost.usage).status
    }

    private func plan() throws(ExitError) -> (locations: JobLocations, context: BatchContext) {
        let (variables, job) = (command.environment, try jobEnvironment())
        guard let keys = JobKeys(source: job.key) else {
            throw ExitError(.usage, "S3_KEY is \(job.key), which is not an object below \(JobKeys.inputPrefix)")
        }
        let version = job.versionID.map { ObjectLocation(bucket: job.bucket, key: job.key, versionID: $0) }
        let store: S3Store
        do { store = try command.stores.bucket(job.bucket, version: version) } catch { throw ExitError(error) }
        let context = BatchContext(
            announcedETag: job.etag, attempt: BatchAttempt(reading: { variables[$0] }),
            isNotVideo: NonVideoExtensions.matches(job.key),
            billing: Billing(prices: command.settings.prices, environment: variables))
        return (JobLocations(keys, in: store), context)
    }

    private func jobEnvironment() throws(ExitError) -> JobEnvironment {
        do { return try JobEnvironment(reading: { command.environment[$0] }) } catch {
            throw ExitError(.usage, "\(error); see EncodeWorker --help")
        }
    }
}
