import Findings
import JobReport
import Media
import Synchronization

/// Completes and writes a job's report, whether the job ends itself or another thread or process ends it.
struct ReportWriter: Sendable {
    /// The object that the job is writing.
    let slot = PendingSlot()
    private let locations: JobLocations
    private let settings: Settings
    private let context: BatchContext
    private let startedAt: String
    private let meter: ResourceMeter
    private let trafficBefore: Traffic?
    /// Locked while a report is written for a job that runs.
    private let isFinal = FinalFlag()

    /// Traffic counts from here, time and processor from the meter's creation.
    init(
        _ locations: JobLocations, _ settings: Settings, _ context: BatchContext,
        meter: ResourceMeter = ResourceMeter(), startedAt: String = SystemClock.now()
    ) {
        self.locations = locations
        self.settings = settings
        self.context = context
        self.meter = meter
        self.startedAt = startedAt
        trafficBefore = locations.traffic
    }

    /// Seconds since the job began.
    var elapsedSeconds: Double { meter.wallSeconds }

    /// What is known of a job that has not begun.
    var initialFacts: JobFacts {
        JobFacts(source: Report.Item(key: locations.sourceName), attempt: context.attempt)
    }

    /// Ends a job that will not end by itself.
    func abandon(_ error: ReportedError) -> JobEnd {
        let end = write(JobOutcome(kind: .failed(error)), initialFacts)
        slot.discard()
        return end
    }

    /// Ends a job whose process has died, and removes what it left.
    ///
    /// - Parameter usage: what that process used.
    func abandonLost(_ error: ReportedError, _ usage: Usage) -> JobEnd {
        for name in locations.allNames { try? locations.outputs.removeUnfinished(of: name) }
        return write(JobOutcome(kind: .failed(error)), initialFacts, usage: usage)
    }

    /// Writes the report.
    ///
    /// - Parameter usage: of another process that did the job; nil if this one did it.
    /// - Returns: the report and the job's status: without its report, a job that is done has to be retried.
    func write(_ outcome: JobOutcome, _ facts: JobFacts, usage: Usage? = nil) -> JobEnd {
        // Waits for a report of the running job that is being written: none may come after this one.
        isFinal.withLock { $0 = true }
        return put(outcome, facts, usage)
    }

    /// Writes the report of a job that has not ended, if no final one was written.
    func write(_ progress: TranscodeProgress, _ facts: JobFacts) {
        let running = Report.Progress(progress, elapsed: elapsedSeconds, endAfter: SystemClock.after)
        isFinal.withLock { isFinal in
            if !isFinal { _ = put(JobOutcome(kind: .running(running)), facts, nil) }
        }
    }

    private func put(_ outcome: JobOutcome, _ facts: JobFacts, _ usage: Usage?) -> JobEnd {
        var report = Report(
            outcome, facts, settings.options(locations.policy), usage ?? meter.usage, startedAt: startedAt)
        report.job?.crashes = outcome.crashes(after: context.crashesBefore)
        report.cost = context.billing?.cost(seconds: meter.wallSeconds)
        if let billing = context.billing, let team = facts.team {
            report.cost?.others = team.others(than: context.attempt, billing.prices)
        }
        report.s3 = locations.traffic.map { $0.since(trafficBefore) }
        report.finishedAt = SystemClock.now()
        let status = outcome.exitStatus
        guard let key = locations.report else { return JobEnd(report: report, status: status) }
        do {
            // The page comes first: a job whose JSON says that it has ended has its page.
            if let page = locations.page {
                try locations.reports.put(page, ReportPage(report).file(), mediaType: "text/html; charset=utf-8")
            }
            try locations.reports.put(key, try report.json())
            return JobEnd(report: report, status: status)
        } catch {
            let status = status == .done ? .transient : status
            report.notes.append(.reportNotWritten(error: "\(error)"))
            report.exitCode = status.rawValue
            return JobEnd(report: report, status: status)
        }
    }
}

/// Whether a job's final report is, or is being, written. A class, because the writer is copied.
private final class FinalFlag: Sendable {
    private let flag = Mutex(false)

    func withLock(_ body: (inout sending Bool) -> Void) { flag.withLock { body(&$0) } }
}

/// What a job is writing, for another thread that has to discard it.
final class PendingSlot: Sendable {
    private let discards = Mutex<[@Sendable () -> Void]>([])

    func hold(_ staged: any StagedObject) { hold { staged.discard() } }

    /// - Parameter discard: leaves nothing; called from another thread.
    func hold(_ discard: @escaping @Sendable () -> Void) { discards.withLock { $0.append(discard) } }

    /// Forgets what was held last.
    func release() { discards.withLock { _ = $0.popLast() } }

    func discard() {
        for discard in discards.withLock({ $0 }) { discard() }
    }
}
