import AWSCore
import EncodeJob
import Findings
import Media

/// One job of AWS Batch: the environment names the source, its key decides everything else.
struct BatchRun {
    let settings: Settings

    /// Does the job.
    func run() throws(FinishedWith) -> ExitStatus {
        FFmpegLog.start(toStandardError: settings.log == .debug)
        let (place, context) = try plan()
        return JobRunner(settings: settings, context: context).run(place).status
    }

    /// Tells the end of a job whose process has not come back.
    func tell(_ lost: (end: ChildProcess.End, used: Report.Resources)) throws(FinishedWith) -> ExitStatus {
        let error = ReportedError(lost.end)
        StandardError.write("\(Environment["S3_KEY"] ?? ""): \(error)\n")
        let (place, context) = try plan()
        let ending = JobEnding(place, settings, context, meter: Supervisor.meter)
        return ending.giveUpLost(error, lost.used, Supervisor.startedAt).status
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
            isNoVideo: NonVideoExtensions.matches(environment.key), prices: settings.prices)
        return (JobPlace(keys, in: S3Store(environment.bucket, session, version: version)), context)
    }
}
