import Containers
import Findings
import Media
import Threads

/// One source to one output and one report. It knows its objects by key alone, not where they are kept.
struct Job {
    let place: JobPlace
    let settings: Settings
    let context: JobContext
    let cancellation: Cancellation
    let ending: JobEnding
    let onProgress: (TranscodeProgress) -> Void
    /// Whether it may make an output, or only see whether there is one.
    var mayMake = true

    /// There is an output to make.
    private struct HasWork: Error {}

    /// How often it starts again where others took its output's name meanwhile.
    private static let maxRaces = 3

    /// Does the work and writes the report, whatever the end.
    ///
    /// - Returns: the report that was written, and what became of the job; nil where there is an output to make and
    ///   that may not be.
    func run() -> (report: Report, status: ExitStatus)? {
        var report = Report(of: place, settings, context)
        var status = ExitStatus.done
        do {
            try work(&report)
        } catch is HasWork {
            Deadline.takeBack()
            return nil
        } catch {
            status = ExitStatus(error)
            report.fail(error, status)
        }
        Deadline.takeBack()
        status = ending.write(&report, status)
        return (report, status)
    }

    private func work(_ report: inout Report) throws {
        if context.isNoVideo { return report.skip("the name is that of a file beside videos") }
        clearUp(&report)
        let begun = report
        for _ in 0..<Self.maxRaces {
            try cancellation.check()
            report = begun
            let source = try place.sources.open(place.source)
            report.source.etag = source.etag
            report.source.bytes = source.bytes.size
            let wanted = WantedOutput(
                source: source, sourceName: place.sourceName, settings: settings.used(place.policy))
            if settings.larger == .skip, let before = place.previousReport(), wanted.wasSkipped(before) {
                return report.repeatSkip(before)
            }
            if let (key, size) = try place.finished(wanted) {
                report.reuse(key, size, place)
                removeUnfinished([key], &report)
            } else if try make(wanted, &report) {
                report.measure(ending.wallSeconds)
            } else {
                continue
            }
            tag(source, &report)
            if let announced = context.announcedETag, announced != source.etag, source.newerETag == nil {
                report.notes.append("the source was replaced after the job was submitted: this is the newer one's")
            }
            return
        }
        throw ReportedError(
            .outputTaken, .mux, "others took the output's name again and again while it was made", advice: "try again")
    }

    /// Marks the source as one that has its output, where that is wanted.
    private func tag(_ source: OpenedObject, _ report: inout Report) {
        guard let tag = settings.sourceTag, report.output != nil else { return }
        do { try place.sources.tag(source, place.source, tag) } catch {
            report.notes.append("the source could not be tagged: \(error)")
        }
    }

    /// Removes what earlier attempts of this job have left; those are over for sure.
    private func clearUp(_ report: inout Report) {
        guard let attempt = context.attempt, attempt.attempt > 1 else { return }
        removeUnfinished(place.allNames, &report)
        if !attempt.follows(place.previousReport()) {
            report.job?.previousAttempt = "it ended without a report: it was killed, or its machine was lost"
        }
    }

    /// - Returns: false if the name was taken meanwhile: what is there may be what this job wants.
    private func make(_ wanted: WantedOutput, _ report: inout Report) throws -> Bool {
        guard mayMake else { throw HasWork() }
        let transcode = try Transcode(
            wanted.source.bytes, settings.transcode(place.policy, threads: ProcessorCount.available),
            cancellation: cancellation)
        report.source = Report.Item(
            key: place.sourceName, etag: wanted.source.etag, bytes: wanted.source.bytes.size, info: transcode.plan.source)
        if Efficiency.isEnough(transcode, wanted.source.bytes.size, settings) != nil {
            return try keep(wanted, .efficient, &report)
        }
        return try publish(transcode, wanted, &report)
    }

    private func publish(
        _ transcode: consuming Transcode, _ wanted: WantedOutput, _ report: inout Report
    ) throws -> Bool {
        let plan = transcode.plan
        let container = plan.output.container
        let metadata = wanted.metadata()
        let notes = report.notes
        report.notes += plan.notes.map(\.description)
        var name = try place.outputName(place.outputNames(container), metadata)
        let size = wanted.source.bytes.size
        let mayBeLarger = settings.larger == .keep
        let pending = try place.outputs.create(name, metadata: metadata, limit: mayBeLarger ? nil : size)
        ending.unpublished.hold(pending)
        defer { ending.unpublished.release() }
        do {
            let sink = mayBeLarger ? pending.sink : CappedSink(pending.sink, limit: size)
            let result = try transcode.run(into: sink, onProgress: onProgress)
            var isIndexInFront = result.isFaststart
            if !isIndexInFront { isIndexInFront = try cancellation.unwatched { try pending.moveIndexToFront() } }
            let written = try pending.reopen()
            let info = try written.map {
                try OutputCheck.verify($0, result.expectation, cancellation: cancellation)
            }
            let bytes = written?.size ?? result.bytes
            if !mayBeLarger, bytes >= size { throw CappedSink.OutputIsLarger() }
            report.take(result)
            report.notes += result.losses(plan).map(\.description)
            if !isIndexInFront { report.notes.append("the index is behind the data: players read the end first") }
            report.output = Report.Item(key: name.key, bytes: bytes, info: info ?? result.output)
            report.saved = Report.Saved(before: size, after: bytes)
            try checkSource(wanted.source)
            // Somebody else's output may have appeared under that name while this one was made.
            while try !cancellation.unwatched({ try pending.publish(as: name) }) {
                guard pending.isMovable else { return false }
                name = try place.outputName(place.outputNames(container), metadata)
                report.output?.key = name.key
            }
            removeUnfinished([name.key], &report)
            return true
        } catch is CappedSink.OutputIsLarger {
            pending.discard()
            // What was noted of an output that isn't made says nothing of a copy.
            report.notes = notes
            return try keep(wanted, .larger, &report, unpublished: name.key)
        } catch let error as ReportedError where error.isOfUpload {
            pending.discard()
            // Not every server says that an upload is gone; the output of a faster job ends this one just as well.
            if error.code != .uploadGone, (try? place.finished(wanted)) == nil { throw error }
            return false
        } catch {
            pending.discard()
            throw error
        }
    }

    /// Leaves the source as it is: a copy of it is the output, or nothing is.
    private func keep(
        _ wanted: WantedOutput, _ reason: Report.Kept, _ report: inout Report, unpublished: String? = nil
    ) throws -> Bool {
        report.keep(reason, settings.larger)
        guard settings.larger != .skip else {
            removeUnfinished([unpublished].compactMap(\.self), &report)
            return true
        }
        let metadata = wanted.metadata(keeping: reason)
        let name = try place.outputName(place.copyNames, metadata)
        let isCopied = try cancellation.unwatched {
            try place.outputs.copy(wanted.source, to: name, metadata: metadata)
        }
        guard isCopied else { return false }
        report.output = report.source
        report.output?.key = name.key
        report.output?.etag = nil
        report.saved = Report.Saved(before: wanted.source.bytes.size, after: wanted.source.bytes.size)
        removeUnfinished([name.key, unpublished].compactMap(\.self), &report)
        return true
    }

    /// - Throws: `ReportedError` if the source is another one by now: its output would be out of date.
    private func checkSource(_ source: OpenedObject) throws {
        guard source.newerETag == nil, try place.sources.describe(place.source)?.etag != source.etag else { return }
        throw ReportedError(
            .modifiedSource, .verify, "\(place.sourceName) was overwritten during the job",
            advice: "start it again for the new one")
    }

    /// Ends what others began for outputs that are there now: killed jobs, and slower ones, which look again.
    private func removeUnfinished(_ keys: [String], _ report: inout Report) {
        for key in keys {
            do { try place.outputs.removeUnfinished(of: key) } catch {
                report.notes.append("unfinished uploads of \(key) could not be removed: \(error)")
            }
        }
    }
}
