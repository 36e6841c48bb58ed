import AWSCore
import EncodeJob
import Findings
import JobReport

/// One job of AWS Batch: the environment names the source, its key decides everything else. Or it names the plan of another
/// job, which this one helps.
struct BatchRun {
    let command: CommandContext

    /// Does the job.
    func run() throws(ExitError) -> ExitStatus {
        if let helper = try helperEnvironment() { return try HelperRun(command, helper).run() }
        let (locations, context) = try plan()
        var runner = JobRunner(settings: command.settings, context: context, interruption: command.interruption)
        if HelperProcesses.isHelper(command.environment) { return runner.help(locations) }
        runner.helpers = ChunkHelpers(processes: command.settings.workers.processes(ofOneVideo: true))
        if let jobs = try helperJobs(context) { runner.helpers = runner.helpers.and(ChunkHelpers(jobs)) }
        return runner.run(locations).status
    }

    /// - Returns: nil where none are wanted.
    private func helperJobs(_ context: BatchContext) throws(ExitError) -> HelperJobs? {
        let (variables, job) = (command.environment, try jobEnvironment())
        guard let limits = try HelperLimits(variables), let keys = JobKeys(source: job.key) else { return nil }
        let configuration: AWSConfiguration
        do { configuration = try AWSConfiguration(variables) } catch {
            throw ExitError(ReportedError(error, .job, isSource: false))
        }
        return HelperJobs(
            limits, keys, bucket: job.bucket, lead: context.attempt?.id ?? "none", BatchClient(configuration),
            interruption: command.interruption)
    }

    /// Reports the end of a job whose process did not.
    func report(_ lost: Supervisor.LostJob) throws(ExitError) -> ExitStatus {
        if let helper = try helperEnvironment() {
            // The lead encodes the chunk, and reports it if that crashes, too.
            StandardError.write("\(helper.plan): \(ReportedError(lost.end))\n")
            return .permanent
        }
        let (locations, context) = try plan()
        let error = ReportedError(lost.end).counting(crashesBefore: context.crashesBefore)
        StandardError.write("\(locations.sourceName): \(error)\n")
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
        let locations = JobLocations(keys, in: store)
        var context = BatchContext(
            announcedETag: job.etag.map { ETag($0) }, attempt: BatchAttempt(reading: { variables[$0] }),
            isNotVideo: NonVideoExtensions.matches(job.key),
            billing: Billing(prices: command.settings.prices, environment: variables))
        if let attempt = context.attempt, attempt.attempt > 1 {
            let previous = locations.previousReport()
            context.crashesBefore = attempt.crashes(before: previous?.job)
            // An attempt whose report says that it runs has not reported its end.
            if previous?.status == .running || !attempt.follows(previous?.job) {
                context.attempt?.previousAttempt = "it ended without a report: it was killed, or its machine was lost"
            }
        }
        return (locations, context)
    }

    /// - Returns: nil for a job of its own, and for a process that helps one on the same machine.
    private func helperEnvironment() throws(ExitError) -> HelperEnvironment? {
        do { return try HelperEnvironment(reading: { command.environment[$0] }) } catch {
            throw ExitError(.usage, "\(error)")
        }
    }

    private func jobEnvironment() throws(ExitError) -> JobEnvironment {
        do { return try JobEnvironment(reading: { command.environment[$0] }) } catch {
            throw ExitError(.usage, "\(error); see EncodeWorker --help")
        }
    }
}
