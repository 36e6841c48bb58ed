import AWSCore
import Containers
import Findings
import JobReport
import Media
import Threads

/// One source to one output and one report. It knows its objects by key, not where they are stored.
struct Job {
    let locations: JobLocations
    let settings: Settings
    let context: BatchContext
    let cancellation: Cancellation
    let writer: ReportWriter
    /// Reports while the job runs; nil reports only its end.
    var running: RunningReport?
    let onProgress: @Sendable (TranscodeProgress) -> Void
    /// Who helps with the chunks of a long video.
    var helpers = ChunkHelpers()
    /// Whether it only finds out whether there is an output to make.
    var isDryRun = false

    /// What one attempt to get the output led to.
    enum Attempt {
        /// The output was made.
        case published(JobOutcome)
        /// Another job took the output's name meanwhile; its output may be the one that this job wants.
        case nameTaken
        /// - Parameter discarded: the key of an encoded output that is not published.
        case sourceIsBetter(CopyReason, discarded: String?)
        /// The output exists already, or is not wanted.
        case nothingToDo(JobOutcome)
        /// There is an output to make, which a dry run doesn't.
        case outputMissing
    }

    /// How many attempts are made while other jobs take the output's name.
    private static let maxRaces = 3

    /// Does the work and writes the report, however the work ends.
    ///
    /// - Returns: nil if there is an output to make that a dry run doesn't make.
    func run() -> JobEnd? {
        var facts = writer.initialFacts
        let outcome: JobOutcome?
        do { outcome = try work(&facts) } catch { outcome = JobOutcome(kind: .failed(error)) }
        running?.stop()
        Deadline.disarm()
        return outcome.map { writer.write($0, facts) }
    }

    private func work(_ facts: inout JobFacts) throws -> JobOutcome? {
        if context.isNotVideo { return JobOutcome(kind: .skipped(nil), notes: [.skipped(reason: .notAVideo)]) }
        if let attempt = context.attempt, attempt.attempt > 1 {
            facts.cleanupNotes = removeUnfinished(locations.allNames)
        }
        for _ in 0..<Self.maxRaces {
            try cancellation.check()
            let source = try locations.sources.open(locations.source)
            facts.source = Report.Item(key: locations.sourceName, etag: source.etag.value, bytes: source.bytes.size)
            facts.outputNotes = []
            let identity = OutputIdentity(
                source: source, sourceName: locations.sourceName, options: settings.options(locations.policy))
            switch try attempt(identity, &facts) {
            case .published(let outcome): return completed(outcome, source)
            case .nothingToDo(let outcome): return outcome
            case .outputMissing: return nil
            case .nameTaken: continue
            case .sourceIsBetter(let reason, let discarded):
                if let outcome = try keepSource(identity, reason, discarded) { return completed(outcome, source) }
            }
        }
        throw ReportedError(
            .outputTaken, .mux, "other jobs repeatedly took the output's name while it was made", advice: "try again")
    }

    private func attempt(_ identity: OutputIdentity, _ facts: inout JobFacts) throws -> Attempt {
        if var outcome = try existing(identity) {
            outcome.notes += removeWork(identity)
            return .nothingToDo(outcome)
        }
        if isDryRun { return .outputMissing }
        let bytes = identity.source.bytes
        var transcode = try Transcode(
            bytes, settings.transcode(locations.policy, threads: Machine.processorCount), cancellation: cancellation)
        facts.source = Report.Item(
            key: locations.sourceName, etag: identity.source.etag.value, bytes: bytes.size, info: transcode.plan.source)
        if BitsPerPixel.efficient(transcode.plan, bytes.size, settings) != nil {
            return .sourceIsBetter(.efficient, discarded: nil)
        }
        facts.outputNotes = transcode.plan.notes
        let watch = SourceWatch(every: settings.sourceCheck, cancellation) { [locations] in
            try locations.check(identity.source)
        }
        defer { watch.stop() }
        if let divided = try divide(transcode.plan, identity) {
            facts.outputNotes = divided.plan.notes
            facts.choice = divided.plan.choice
            running?.begin(facts)
            if divided.plan.isChunked {
                if let attempt = try encode(divided.plan, in: divided.folder, identity, &facts) { return attempt }
                facts.outputNotes.append(.encodedWhole(reason: .seams))
            }
        }
        if let choice = facts.choice {
            transcode.use(choice)
        } else if let choice = try chooseCRF(transcode.plan, identity) {
            facts.choice = choice
            transcode.use(choice)
            facts.outputNotes += transcode.plan.choiceNotes
        }
        running?.begin(facts)
        let plan = transcode.plan
        var whole: Transcode? = consume transcode
        let attempt = try encode(plan, identity, &facts) { sink in
            guard let transcode = whole.take() else { preconditionFailure("a transcode runs once") }
            return try transcode.run(into: sink, onProgress: endingInTime())
        }
        if facts.choice != nil { facts.cleanupNotes += removeWork(identity) }
        return attempt
    }

    /// Takes the progress of an encode that starts from the beginning in each attempt: it is cancelled if it can't end
    /// before its time-out.
    private func endingInTime() -> (TranscodeProgress) -> Void {
        guard let limit = settings.timeLimit else { return onProgress }
        var forecast = TimeForecast(limit)
        return { [cancellation, writer, onProgress] progress in
            onProgress(progress)
            guard let duration = progress.duration, duration > 0 else { return }
            let share = min(1, max(0, progress.seconds / duration))
            if let error = forecast.note(share, at: writer.elapsedSeconds) { cancellation.cancel(because: error) }
        }
    }

    /// The outcome if no output has to be made: one exists already, or an earlier job found that none is wanted.
    func existing(_ identity: OutputIdentity) throws -> JobOutcome? {
        if settings.larger == .skip, let before = locations.previousReport(), identity.matchesSkip(before) {
            return JobOutcome(kind: .skipped(before.kept, before: before), notes: before.notes)
        }
        guard let (key, bytes) = try locations.finished(identity) else { return nil }
        var before = locations.previousReport().flatMap { $0.output?.key == key ? $0 : nil }
        if before?.snapshots != nil, let page = locations.previousPage() { before?.takeImages(fromPage: page) }
        let outcome = JobOutcome(
            kind: .unchanged(key: key, bytes: bytes, before: before),
            notes: (before?.notes ?? []) + removeUnfinished([key]))
        return completed(outcome, identity.source)
    }

    /// Makes the output, verifies and publishes it.
    ///
    /// - Parameter make: writes the output into a sink.
    func encode(
        _ plan: TranscodePlan, _ identity: OutputIdentity, _ facts: inout JobFacts,
        _ make: (any ByteSink) throws -> TranscodeResult
    ) throws -> Attempt {
        let (names, metadata) = (locations.outputNames(plan.output.container), identity.metadata())
        var name = try locations.outputName(names, metadata)
        let limit = settings.larger == .keep ? nil : identity.source.bytes.size
        let staged = try locations.outputs.create(name, metadata: metadata, limit: limit)
        writer.slot.hold(staged)
        defer { writer.slot.release() }
        do {
            let (made, notes) = try produce(plan, staged, limit: limit, make)
            if let limit, made.bytes >= limit {
                staged.discard()
                return .sourceIsBetter(.larger, discarded: name.key)
            }
            facts.outputNotes += notes
            try locations.check(identity.source)
            // Another job's output may have appeared under that name while this one was made.
            while try !cancellation.unwatched({ try staged.publish(as: name) }) {
                guard staged.isMovable else { return .nameTaken }
                name = try locations.outputName(names, metadata)
            }
            let encoded = EncodedOutput(key: name.key, bytes: made.bytes, info: made.info, result: made.result)
            return .published(JobOutcome(kind: .encoded(encoded), notes: removeUnfinished([name.key])))
        } catch is SizeLimitedSink.LimitReached {
            staged.discard()
            return .sourceIsBetter(.larger, discarded: name.key)
        } catch let error as ReportedError where error.isOfUpload {
            staged.discard()
            // Not every server reports that an upload was removed: another job's output means the same.
            if error.code != .uploadGone, (try? locations.finished(identity)) == nil { throw error }
            return .nameTaken
        } catch {
            staged.discard()
            throw error
        }
    }

    /// Writes and verifies the output, which is not published yet.
    private func produce(
        _ plan: TranscodePlan, _ staged: any StagedObject, limit: UInt64?,
        _ make: (any ByteSink) throws -> TranscodeResult
    ) throws -> (made: (bytes: UInt64, info: MediaInfo, result: TranscodeResult), notes: [Note]) {
        let sink = limit.map { SizeLimitedSink(staged.sink, limit: $0) } ?? staged.sink
        let result = try make(sink)
        var isFaststart = result.isFaststart
        if !isFaststart { isFaststart = try cancellation.unwatched { try staged.makeFaststart() } }
        let written = try staged.reopen()
        let info = try written.map {
            try OutputCheck.verify($0, result.expectation, cancellation: cancellation)
        }
        let notes = result.notes(plan, isFaststart: isFaststart)
        return ((written?.size ?? result.bytes, info ?? result.output, result), notes)
    }

    /// Publishes a copy of the source, or nothing, as the settings demand.
    ///
    /// - Parameter discarded: the key of an encoded output that is not published.
    /// - Returns: nil if another job took the copy's name meanwhile.
    private func keepSource(
        _ identity: OutputIdentity, _ reason: CopyReason, _ discarded: String?
    ) throws -> JobOutcome? {
        let leftovers = [discarded].compactMap(\.self)
        guard settings.larger != .skip else {
            return JobOutcome(
                kind: .skipped(reason),
                notes: [.skipped(reason: .sourceIsBetter(reason))] + removeUnfinished(leftovers))
        }
        let metadata = identity.metadata(copying: reason)
        let name = try locations.outputName(locations.copyNames, metadata)
        let isCopied = try cancellation.unwatched {
            try locations.outputs.copy(identity.source, to: name, metadata: metadata, cancellation: cancellation)
        }
        guard isCopied else { return nil }
        return JobOutcome(
            kind: .copied(reason, key: name.key),
            notes: [.sourceKept(reason: reason)] + removeUnfinished([name.key] + leftovers))
    }

    /// The outcome after the source was tagged, if the settings demand that, and compared with the one that was
    /// submitted.
    private func completed(_ outcome: JobOutcome, _ source: OpenedObject) -> JobOutcome {
        var outcome = outcome
        if let tag = settings.sourceTag, outcome.hasOutput {
            do { try locations.sources.tag(source, locations.source, tag) } catch {
                outcome.notes.append(.sourceNotTagged(error: "\(error)"))
            }
        }
        if let announced = context.announcedETag, announced != source.etag, source.newerETag == nil {
            outcome.notes.append(.sourceReplaced)
        }
        return outcome
    }

    /// Removes unfinished objects of outputs that exist now: of killed jobs, and of slower ones, which then look again.
    private func removeUnfinished(_ keys: [String]) -> [Note] {
        keys.compactMap { key in
            do { try locations.outputs.removeUnfinished(of: key) } catch {
                return .uploadsNotRemoved(key: key, error: "\(error)")
            }
            return nil
        }
    }
}

extension ReportedError {
    /// Whether the upload of the output failed: another job may have published it first.
    fileprivate var isOfUpload: Bool { code == .uploadGone || code == .inputOutput && stage == .mux }
}
