import Findings
import JobReport
import Media

extension Report {
    /// The report of a job that has ended, without what ended with it: cost, traffic and exit code.
    init(
        _ outcome: JobOutcome, _ facts: JobFacts, _ settings: EncodeOptions, _ usage: Usage, startedAt: String
    ) {
        self.init(
            status: .done, exitCode: outcome.exitStatus.rawValue, startedAt: startedAt, finishedAt: startedAt,
            source: facts.source, settings: settings, resources: usage, job: facts.attempt,
            versions: Versions(reelpress: Version.reelpress, ffmpeg: Libraries.ffmpegVersion))
        chunks = facts.chunks
        if let choice = facts.choice {
            search = Search(choice)
            self.settings.crf = choice.crf
        }
        if let team = facts.team {
            chunks?.workers = team.workers
            chunks?.helped = team.helped
            chunks?.interruptions = team.interruptions
        }
        switch outcome.kind {
        case .encoded(let encoded):
            enter(encoded)
            notes = facts.cleanupNotes + facts.outputNotes
        case .unchanged(let key, let bytes, let before):
            enter(key, bytes, before)
            notes = before == nil ? facts.cleanupNotes : []
        case .copied(let reason, let key):
            (status, kept) = (.kept, reason)
            output = source
            output?.key = key
            output?.etag = nil
            saved = source.bytes.map { Saved(before: $0, after: $0) }
            notes = facts.cleanupNotes
        case .skipped(let reason, let before):
            (status, kept) = (.skipped, reason)
            if let before { source = before.source } else { notes = facts.cleanupNotes }
        case .running(let progress):
            status = .running
            self.progress = progress
            notes = facts.cleanupNotes + facts.outputNotes
        case .failed(let error):
            status = outcome.exitStatus == .interrupted ? .interrupted : .failed
            self.error = Failure(error)
            notes = facts.cleanupNotes + facts.outputNotes
        }
        notes += outcome.notes
    }

    private mutating func enter(_ encoded: EncodedOutput) {
        let result = encoded.result
        output = Item(key: encoded.key, bytes: encoded.bytes, info: encoded.info)
        saved = source.bytes.map { Saved(before: $0, after: encoded.bytes) }
        frames = Frames(result.frames, compared: result.comparedFrames)
        quality = Quality(result)
        enterFrames(result.statistics)
        versions.x265 = result.statistics.library
        versions.x265Build = result.statistics.libraryBuild
        if result.discontinuities > 0 {
            // The container's duration counts from the first timestamp to the last.
            source.duration = result.videoSeconds
            source.bitRate = source.bytes.map { Double($0) * 8 / max(result.videoSeconds, 0.001) }
        }
        let wall = resources.wallSeconds
        guard wall > 0, let duration = output?.duration ?? source.duration else { return }
        resources.speed = duration / wall
        resources.framesPerSecond = Double(result.frames.written) / wall
    }

    /// Enters an output that was there already, as its own report describes it.
    private mutating func enter(_ key: String, _ bytes: UInt64, _ before: Report?) {
        status = .unchanged
        if let before {
            (source, frames, quality) = (before.source, before.frames, before.quality)
            search = before.search
            if let search { settings.crf = search.crf }
            (snapshots, thumbnail) = (before.snapshots, before.thumbnail)
            (versions, output, kept) = (before.versions, before.output, before.kept)
        } else {
            output = Item(key: key)
        }
        output?.bytes = bytes
        saved = source.bytes.map { Saved(before: $0, after: bytes) }
    }
}

extension Report.Chunks {
    /// - Parameter earlier: what earlier attempts spent.
    init(_ counts: ChunkCounts, _ earlier: EarlierAttempts) {
        self.init(
            total: counts.total, done: counts.done, foundDone: counts.foundDone, made: counts.made,
            takenOver: counts.takenOver, again: counts.again)
        attempts = earlier.attempts + 1
        secondsLost = earlier.secondsLost
    }
}

extension Report.Failure {
    init(_ error: any Error) {
        if let error = error as? ReportedError {
            self.init(
                stage: error.stage.rawValue, code: error.code.rawValue, message: error.message, advice: error.advice)
        } else {
            self.init(stage: "job", code: "unknown", message: "\(error)", advice: "try again")
        }
    }
}
