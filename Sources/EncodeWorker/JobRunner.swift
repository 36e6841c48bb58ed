import Findings
import Glibc
import Media
import Threads

/// Runs jobs one after the other and tells people how they go.
struct JobRunner {
    let settings: Settings
    var context = JobContext()
    /// Gets the report of a job, however that ends.
    var onEnd: @Sendable (Report) -> Void = { _ in }

    /// Does a job, whatever there is to do.
    func run(_ place: JobPlace) -> (report: Report, status: ExitStatus) {
        run(place, mayMake: true)!
    }

    /// - Returns: nil where there is an output to make and that may not be; nothing was done then.
    func run(_ place: JobPlace, mayMake: Bool) -> (report: Report, status: ExitStatus)? {
        let line = ProgressLine(place.sourceName)
        let showsProgress = settings.log != .quiet
        let cancellation = Cancellation(within: Interruption.cancellation)
        let ending = JobEnding(place, settings, context)
        let job = Job(
            place: place, settings: settings, context: context, cancellation: cancellation, ending: ending,
            onProgress: { progress in if showsProgress { line.update(progress) } }, mayMake: mayMake)
        let startedAt = Report.now()
        Deadline.leave {
            let error = ReportedError(.interrupted, .encode, "interrupted", advice: "start it again")
            tell(ending.giveUp(error, startedAt), place)
        }
        // Without a thread for the watch the job itself will not get any.
        let watch = try? Watchdog(
            cancellation, timeout: settings.stallTimeout,
            reason: { [timeout = settings.stallTimeout] in ReportedError.stalled(in: $0, for: timeout) }
        ) { error in
            // The job is stuck in a library, so the process ends: nothing of it can be taken up again.
            let end = ending.giveUp(error, startedAt)
            tell(end, place)
            _exit(end.status.rawValue)
        }
        let end = job.run()
        watch?.stop()
        line.clear()
        if let end { tell(end, place) }
        return end
    }

    private func tell(_ end: (report: Report, status: ExitStatus), _ place: JobPlace) {
        defer { onEnd(end.report) }
        if let error = end.report.error {
            let advice = error.advice.isEmpty ? "" : ": \(error.advice)"
            let subject = error.message.contains(place.sourceName) ? "" : "\(place.sourceName): "
            StandardError.write("\(subject)\(error.message)\(advice)\n")
        } else if end.status != .done {
            for note in end.report.notes.suffix(1) { StandardError.write("\(place.sourceName): \(note)\n") }
        }
    }
}
