import Findings
import Glibc
import JobReport
import Media
import Threads

/// Runs jobs one after the other and shows on standard error how they proceed.
struct JobRunner {
    let settings: Settings
    var context = BatchContext()
    /// A request that the process ends.
    let interruption: Cancellation
    /// Whether the process has done other jobs before.
    var runsSeveral = false
    /// Who helps with the chunks of a long video.
    var helpers = ChunkHelpers()
    /// Gets the progress of a job in place of the line on standard error.
    var onProgress: (@Sendable (TranscodeProgress) -> Void)?
    /// Gets the report of a job, however that ends.
    var onEnd: @Sendable (Report) -> Void = { _ in }

    /// Does a job.
    func run(_ locations: JobLocations) -> JobEnd {
        run(locations, isDryRun: false)!
    }

    /// Finds out whether a job has anything to encode.
    ///
    /// - Returns: how it ended; nil if there is an output to make, and nothing was done.
    func dryRun(_ locations: JobLocations) -> JobEnd? {
        run(locations, isDryRun: true)
    }

    private func run(_ locations: JobLocations, isDryRun: Bool) -> JobEnd? {
        let line = ProgressLine(locations.sourceName)
        let showsProgress = settings.log != .quiet
        let cancellation = Cancellation(within: interruption)
        let writer = ReportWriter(locations, settings, context, meter: ResourceMeter(resetsPeak: runsSeveral))
        let running = isDryRun ? nil : RunningReport(every: settings.reportInterval) { writer.write($1, $0) }
        defer { running?.stop() }
        let job = Job(
            locations: locations, settings: settings, context: context, cancellation: cancellation, writer: writer,
            running: running,
            onProgress: { [onProgress] progress in
                running?.update(progress)
                if let onProgress {
                    onProgress(progress)
                } else if showsProgress {
                    line.update(progress)
                }
            }, helpers: helpers, isDryRun: isDryRun)
        Deadline.onTimeout {
            let error = ReportedError(.interrupted, .encode, "interrupted", advice: "start it again")
            announce(writer.abandon(error), locations)
        }
        // If there is no thread for the watchdog, there is none for the transcode either, which fails with that error.
        let watchdog = try? settings.watchdog(cancellation) { error in
            // The job hangs in a library, which can't be stopped or used again: the process ends.
            let end = writer.abandon(error)
            announce(end, locations)
            _exit(end.status.rawValue)
        }
        let end = job.run()
        watchdog?.stop()
        line.clear()
        if let end { announce(end, locations) }
        return end
    }

    /// Helps another process with the chunks of a job, without a report.
    ///
    /// - Parameter given: the plan and its folder, for a lead on another machine; nil for one on this machine.
    func help(_ locations: JobLocations, _ given: (work: WorkPlan, folder: WorkFolder)? = nil) -> ExitStatus {
        let isApart = given != nil
        let status = { @Sendable (error: any Error) -> ExitStatus in
            isApart ? ExitStatus(ofHelper: error) : ExitStatus(error)
        }
        let cancellation = Cancellation(within: interruption)
        let writer = ReportWriter(locations, settings, context)
        let job = Job(
            locations: locations, settings: settings, context: context, cancellation: cancellation, writer: writer,
            running: nil, onProgress: { _ in })
        Deadline.onTimeout { writer.slot.discard() }
        let watchdog = try? settings.watchdog(cancellation) { error in
            writer.slot.discard()
            _exit(status(error).rawValue)
        }
        defer {
            watchdog?.stop()
            Deadline.disarm()
        }
        do { try job.help(given) } catch {
            if !interruption.isCancelled { StandardError.write("\(locations.sourceName): \(error)\n") }
            return status(error)
        }
        return .done
    }

    private func announce(_ end: JobEnd, _ locations: JobLocations) {
        defer { onEnd(end.report) }
        if let error = end.report.error {
            let advice = error.advice.isEmpty ? "" : ": \(error.advice)"
            let subject = error.message.contains(locations.sourceName) ? "" : "\(locations.sourceName): "
            StandardError.write("\(subject)\(error.message)\(advice)\n")
        } else if end.status != .done {
            for note in end.report.notes.suffix(1) { StandardError.write("\(locations.sourceName): \(note)\n") }
        }
    }
}
