internal import AWSCore
internal import EncodeJob
internal import Media

/// One job of AWS Batch: the environment names the source, its key decides everything else.
struct BatchRun {
    let settings: Settings

    /// Does the job.
    func run() throws(FinishedWith) -> ExitStatus {
        FFmpegLog.start(toStandardError: settings.log == .debug)
        let (place, context) = try plan()
        return JobRunner(settings: settings, context: context).run(place).status
    }

    /// Tells the end of a job whose process has not come back, and removes what it has left.
    func tell(_ end: Supervisor.End) throws(FinishedWith) -> ExitStatus {
        let error = JobError(end)
        StandardError.write("\(Environment["S3_KEY"] ?? ""): \(error)\n")
        let (place, context) = try plan()
        for name in place.allNames { try? place.outputs.removeUnfinished(of: name) }
        var report = Report(of: place, settings, context, startedAt: Supervisor.startedAt)
        report.fail(error, error.exit)
        return JobEnding(place, settings, context, meter: Supervisor.meter)
            .write(&report, error.exit, isLost: true)
    }

    private func plan() throws(FinishedWith) -> (place: JobPlace, context: JobContext) {
        let environment: JobEnvironment
        do { environment = try JobEnvironment(reading: { Environment[$0] }) } catch {
            throw FinishedWith(usage: "\(error); see EncodeWorker --help")
        }
        guard let keys = JobKeys(source: environment.key) else {
            throw FinishedWith(usage: "S3_KEY is \(environment.key), which is no object below \(JobKeys.inputPrefix)")
        }
        let session: S3Session
        do { session = try S3Session.shared(settings) } catch { throw FinishedWith(error) }
        let version = environment.versionID.map {
            ObjectLocation(bucket: environment.bucket, key: environment.key, versionID: $0)
        }
        let context = JobContext(
            announcedETag: environment.etag, attempt: BatchAttempt(reading: { Environment[$0] }),
            isNoVideo: NoVideoNames.contains(environment.key), prices: settings.prices)
        return (JobPlace(keys, in: S3Store(environment.bucket, session, version: version)), context)
    }
}
