internal import Media

/// One source to one output and one report. It knows its objects by key alone, not where they are kept.
struct Job {
    let place: JobPlace
    let settings: Settings
    let cancellation: Cancellation
    let onProgress: (TranscodeProgress) -> Void

    /// Does the work and writes the report, whatever the end.
    ///
    /// - Returns: the report that was written, and what became of the job.
    func run() -> (report: Report, status: ExitStatus) {
        let meter = ResourceMeter()
        var report = Self.emptyReport(place, settings)
        var status = ExitStatus.done
        do {
            try work(&report, meter)
        } catch {
            status = ExitStatus(error)
            report.fail(error, status)
        }
        Self.finish(&report, &status, place, meter)
        return (report, status)
    }

    /// Writes the report of a job that will never end by itself.
    static func failed(
        _ place: JobPlace, _ settings: Settings, _ error: MediaError, startedAt: String, _ meter: ResourceMeter
    ) -> (report: Report, status: ExitStatus) {
        var report = emptyReport(place, settings)
        var status = ExitStatus(error)
        report.startedAt = startedAt
        report.fail(error, status)
        finish(&report, &status, place, meter)
        return (report, status)
    }

    private static func finish(
        _ report: inout Report, _ status: inout ExitStatus, _ place: JobPlace, _ meter: ResourceMeter
    ) {
        report.resources.wallSeconds = meter.wallSeconds
        report.resources.cpuSeconds = meter.cpuSeconds
        report.resources.peakResidentBytes = ResourceMeter.peakResidentBytes()
        report.finishedAt = Report.now()
        report.exitCode = status.rawValue
        if let key = place.report {
            do { try place.reports.put(key, try report.json()) } catch {
                // The output is published by now, or there is none: the report alone is missing.
                report.notes.append("the report could not be written: \(error)")
                if status == .done { status = .retry }
                report.exitCode = status.rawValue
            }
        }
    }

    private func work(_ report: inout Report, _ meter: ResourceMeter) throws {
        try cancellation.check()
        let source = try place.sources.open(place.source)
        report.source.etag = source.etag
        report.source.bytes = source.bytes.size
        let wanted = OutputMetadata(
            source: place.source, sourceETag: source.etag, settings: settings.used(place.policy).digest,
            version: Version.reelpress)
        if let (key, size) = try place.finished(wanted) { return report.reuse(key, size, place) }
        let transcode = try Transcode(
            source.bytes, settings.transcode(place.policy, threads: ProcessorCount.available),
            cancellation: cancellation)
        report.source = Report.Item(
            key: place.source, etag: source.etag, bytes: source.bytes.size, info: transcode.source)
        report.note(transcode.plan, transcode.outputSize, transcode.encodedSize)
        report.notes += transcode.notes
        try publish(transcode, source, wanted, &report)
        let wall = meter.wallSeconds
        if wall > 0, let frames = report.frames, let duration = report.output?.duration {
            report.resources.speed = duration / wall
            report.resources.framesPerSecond = Double(frames.written) / wall
        }
    }

    private func publish(
        _ transcode: consuming Transcode, _ source: OpenedObject, _ metadata: OutputMetadata, _ report: inout Report
    ) throws {
        let container = transcode.plan.container
        var name = try place.outputName(container, metadata.source)
        let pending = try place.outputs.create(name.key, metadata: metadata)
        do {
            let size = source.bytes.size
            let result = try transcode.run(into: pending.sink, onProgress: onProgress)
            if !result.isIndexInFront { try cancellation.unwatched { try pending.moveIndexToFront() } }
            let written = try pending.reopen()
            let info = try OutputCheck.verify(written, result.expectation, cancellation: cancellation)
            report.take(result)
            report.output = Report.Item(key: name.key, bytes: written.size, info: info)
            report.saved = Report.Saved(before: size, after: written.size)
            // Somebody else's output may have appeared under that name while this one was made.
            while try !cancellation.unwatched({ try pending.publish(as: name.key, replacing: name.isOwn) }) {
                name = try place.outputName(container, metadata.source)
                report.output?.key = name.key
            }
        } catch {
            pending.discard()
            throw error
        }
    }

    private static func emptyReport(_ place: JobPlace, _ settings: Settings) -> Report {
        let now = Report.now()
        return Report(
            status: .done, exitCode: 0, startedAt: now, finishedAt: now, source: Report.Item(key: place.source),
            settings: settings.used(place.policy),
            resources: Report.Resources(wallSeconds: 0, cpuSeconds: 0, peakResidentBytes: 0),
            versions: Report.Versions(reelpress: Version.reelpress, ffmpeg: Libraries.ffmpegVersion))
    }
}
