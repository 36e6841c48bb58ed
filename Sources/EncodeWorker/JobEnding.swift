import Findings
import Media

/// How a job's report is completed and written, whoever ends the job.
struct JobEnding: Sendable {
    /// What the job is writing.
    let unpublished = Unpublished()
    private let place: JobPlace
    private let settings: Settings
    private let context: JobContext
    private let meter: ResourceMeter
    private let traffic: Report.Traffic?

    /// What is moved counts from here on, what is used from the meter's start on.
    init(_ place: JobPlace, _ settings: Settings, _ context: JobContext, meter: ResourceMeter = ResourceMeter()) {
        self.place = place
        self.settings = settings
        self.context = context
        self.meter = meter
        traffic = place.traffic
    }

    var wallSeconds: Double { meter.wallSeconds }

    /// Ends a job that will not end by itself.
    func giveUp(_ error: ReportedError, _ startedAt: String) -> (report: Report, status: ExitStatus) {
        var report = Report(of: place, settings, context, startedAt: startedAt)
        report.fail(error, ExitStatus(error))
        let status = write(&report, ExitStatus(error))
        unpublished.discard()
        return (report, status)
    }

    /// Ends a job that another process did which has not come back, and removes what that has left.
    func giveUpLost(
        _ error: ReportedError, _ used: Report.Resources, _ startedAt: String
    ) -> (report: Report, status: ExitStatus) {
        for name in place.allNames { try? place.outputs.removeUnfinished(of: name) }
        var report = Report(of: place, settings, context, startedAt: startedAt)
        report.fail(error, ExitStatus(error))
        let status = write(&report, ExitStatus(error), used: used)
        return (report, status)
    }

    /// - Parameter used: by another process that did the job; nil where this one did it.
    /// - Returns: what became of the job; a finished one whose report is missing has to come again.
    func write(_ report: inout Report, _ status: ExitStatus, used: Report.Resources? = nil) -> ExitStatus {
        let used = used ?? meter.used
        report.resources.wallSeconds = used.wallSeconds
        report.resources.cpuSeconds = used.cpuSeconds
        report.resources.peakResidentBytes = used.peakResidentBytes
        report.cost = context.prices.map { $0.cost(TaskSize.find(), seconds: meter.wallSeconds) }
        report.s3 = place.traffic.map { $0.since(traffic) }
        report.finishedAt = Report.now()
        report.exitCode = status.rawValue
        guard let key = place.report else { return status }
        do {
            try place.reports.put(key, try report.json())
            return status
        } catch {
            let end = status == .done ? .retry : status
            report.notes.append("the report could not be written: \(error)")
            report.exitCode = end.rawValue
            return end
        }
    }
}
