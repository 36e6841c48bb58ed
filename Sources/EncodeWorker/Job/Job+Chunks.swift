import AWSCore
import Containers
import Findings
import JobReport
import Media
import Threads

extension Job {
    /// Divides a long video into chunks, as the first of its workers did.
    ///
    /// - Returns: nil for a video that is too short. The plan has one chunk if the source can't be divided.
    func divide(
        _ plan: TranscodePlan, _ identity: OutputIdentity
    ) throws -> (plan: TranscodePlan, folder: WorkFolder)? {
        let settings = settings.transcode(locations.policy, threads: Machine.processorCount)
        guard plan.isWorthDividing(bytes: identity.source.bytes.size, settings) else { return nil }
        Machine.shareHeap()
        let folder = workFolder(identity)
        // A source without an index is not scanned twice.
        if let first = try folder.read(.plan, as: WorkPlan.self) { return (try first.usable(), folder) }
        var divided = try plan.divided(identity.source.bytes, settings, cancellation: cancellation)
        if let choice = try chooseCRF(divided, identity) { divided.use(choice) }
        guard divided.isChunked else { return (divided, folder) }
        let source = WorkPlan.Source(
            key: locations.sourceName, versionID: identity.source.versionID, etag: identity.source.etag.value)
        return (try folder.first(.plan) { WorkPlan(divided, of: source) }.usable(), folder)
    }

    /// The CRF for the target of quality; nil if none is wanted. It is searched once: the first worker's result counts,
    /// also in later attempts.
    func chooseCRF(_ plan: TranscodePlan, _ identity: OutputIdentity) throws -> CRFChoice? {
        guard let target = settings.qualityTarget else { return nil }
        return try workFolder(identity).first(.probe) {
            try plan.choosingCRF(
                target: target, identity.source.bytes,
                settings.transcode(locations.policy, threads: Machine.processorCount), cancellation: cancellation)
        }
    }

    /// Removes the chunks of an output that is there: of a job that was killed after it had published.
    func removeWork(_ identity: OutputIdentity) -> [Note] {
        let folder = workFolder(identity)
        do {
            if try !folder.list().keys.isEmpty {
                helpers.dismiss(folder)
                try folder.cleanUp()
            }
            return []
        } catch { return [.uploadsNotRemoved(key: folder.prefix, error: "\(error)")] }
    }

    private func workFolder(_ identity: OutputIdentity) -> WorkFolder {
        WorkFolder(workIdentity(identity), in: locations.work.store, below: locations.work.parent)
    }

    private func workIdentity(_ identity: OutputIdentity) -> WorkIdentity {
        WorkIdentity(
            source: locations.sourceName, sourceETag: identity.source.etag.value, output: locations.workOutput,
            settings: identity.metadata().settings + " writer=\(Version.reelpress)", chunks: "\(settings.chunking)",
            libraries: [Libraries.ffmpegVersion, Libraries.x265Version])
    }

    /// Encodes the chunks that are not there yet, and makes the output from all.
    ///
    /// - Returns: nil if the source has to be encoded in one piece: its frames decode differently after a seek.
    func encode(
        _ plan: TranscodePlan, in folder: WorkFolder, _ identity: OutputIdentity, _ facts: inout JobFacts
    ) throws -> Attempt? {
        // Another job may have published the output before there was this plan; one that does so later removes the plan.
        if var outcome = try existing(identity) {
            outcome.notes += removeWork(identity)
            return .nothingToDo(outcome)
        }
        let meter = ChunkMeter(plan, onProgress)
        let found = ChunkState(count: plan.chunks.count, try folder.list().entries)
        let before = locations.previousReport()
        let earlier = EarlierAttempts(
            before, etag: identity.source.etag.value, begun: before == nil ? [] : try lost(found, folder))
        let limit = settings.larger == .keep ? nil : identity.source.bytes.size
        let session = session(
            plan, folder, identity, isLead: true,
            onEvent: { [running] event, counts in
                meter.note(event, counts)
                running?.update(Report.Chunks(counts, earlier), isDue: event.isMade)
            }, onFrames: { meter.update($0, frames: $1) }
        ) {
            // What is encoded already is larger than the source.
            if let limit, meter.bytes > limit + limit / 50 { throw SizeLimitedSink.LimitReached() }
        }
        let (count, left) = (plan.chunks.count, plan.chunks.count - found.doneCount)
        helpers.start(
            ChunkHelpers.Work(
                folder: folder, chunks: count, left: left,
                seconds: plan.workSeconds * Double(left) / Double(count)))
        defer { helpers.end() }
        writer.slot.hold { session.discard() }
        defer {
            writer.slot.release()
            facts.chunks = Report.Chunks(session.counts, earlier)
        }
        var noted = facts
        let attempt: Attempt?
        do {
            attempt = try session.run { try assemble(plan, $0, identity, &noted) }
        } catch is SizeLimitedSink.LimitReached {
            helpers.dismiss(folder)
            try folder.cleanUp()
            return .sourceIsBetter(.larger, discarded: nil)
        } catch is ChunkSession.SeamsDiffer {
            helpers.dismiss(folder)
            try folder.cleanUp()
            return nil
        } catch let error where ExitStatus(error) == .permanent || (error as? ReportedError)?.code == .modifiedSource {
            // No later attempt gets further with them.
            helpers.dismiss(folder)
            try? folder.cleanUp()
            throw error
        }
        facts = noted
        facts.outputNotes += helpers.notes()
        if let error = meter.removalError {
            facts.outputNotes.append(.uploadsNotRemoved(key: folder.prefix, error: error))
        }
        return attempt ?? .nameTaken
    }

    /// When the chunks were begun that earlier attempts have not finished. Helpers' may be at work.
    private func lost(_ found: ChunkState, _ folder: WorkFolder) throws -> [Int64] {
        let own = ChunkWorker(.process)
        return try found.unfinishedSince { try folder.worker(of: $0)?.isOfOtherJob(than: own) != true }
    }

    /// Helps another process with the chunks of this source; there may be nothing to do.
    ///
    /// - Parameter given: the plan and its folder; nil for those of this job's source and settings.
    /// - Throws: `ReportedError`, or what the source or a chunk threw.
    func help(_ given: (work: WorkPlan, folder: WorkFolder)? = nil) throws {
        let source = try locations.sources.open(locations.source)
        let identity = OutputIdentity(
            source: source, sourceName: locations.sourceName, options: settings.options(locations.policy))
        let folder = given?.folder ?? workFolder(identity)
        guard let work = try given?.work ?? folder.read(.plan) else { return try folder.sweep() }
        // Of another version, or of another upload of the source.
        guard let plan = work.plan, work.source.etag == source.etag.value else { return }
        Machine.shareHeap()
        let session = session(plan, folder, identity, isLead: false) {}
        writer.slot.hold { session.discard() }
        defer { writer.slot.release() }
        try session.help()
    }

    /// - Parameters:
    ///   - onFrames: gets a chunk's index and how many of its frames are encoded.
    ///   - onBegin: called before each chunk; an error ends all.
    private func session(
        _ plan: TranscodePlan, _ folder: WorkFolder, _ identity: OutputIdentity, isLead: Bool,
        onEvent: @escaping @Sendable (ChunkEvent, ChunkCounts) -> Void = { _, _ in },
        onFrames: @escaping @Sendable (_ chunk: Int, _ frames: Int) -> Void = { _, _ in },
        onBegin: @escaping @Sendable () throws -> Void
    ) -> ChunkSession {
        let settings = settings.transcode(locations.policy, threads: settings.share)
        let worker = ChunkWorker(.process)
        let maker = ChunkMaker(worker, isHelper: !isLead, context)
        return ChunkSession(
            folder, count: plan.chunks.count, worker: worker, isLead: isLead,
            lanes: Machine.chunkLanes(settings.threads), endHelpers: { [helpers] in helpers.dismiss(folder) },
            cancellation: cancellation, onEvent: onEvent
        ) { [self] chunk, leadIn, sink, cancellation, onInputEnd in
            try onBegin()
            let source = try locations.sources.open(locations.source)
            guard source.etag == identity.source.etag else { throw locations.overwritten(.demux) }
            let encoding = try ChunkEncoding(
                source.bytes, plan, chunk: chunk, leadIn: leadIn, settings, cancellation: cancellation,
                onInputEnd: onInputEnd)
            defer { Machine.returnFreedMemory() }
            let made = {
                var maker = maker
                maker.elapsed = writer.elapsedSeconds
                return maker
            }
            _ = try encoding.run(into: sink, maker: made) { frames in
                self.cancellation.progress.step()
                onFrames(chunk, frames)
            }
        }
    }

    private func assemble(
        _ plan: TranscodePlan, _ chunks: [ChunkSource], _ identity: OutputIdentity, _ facts: inout JobFacts
    ) throws -> ChunkAssemblyEnd<Attempt> {
        do {
            let assembly = try ChunkAssembly(plan, chunks, damageTolerance: settings.errors.tolerance)
            facts.team = ChunkTeam(assembly.makers)
            let attempt = try encode(plan, identity, &facts) { try assembly.run(into: $0, cancellation: cancellation) }
            return if case .nameTaken = attempt { .nameTaken } else { .done(attempt) }
        } catch let mismatch as SeamMismatch { return .seamMismatch(chunk: mismatch.chunk) }
    }
}
