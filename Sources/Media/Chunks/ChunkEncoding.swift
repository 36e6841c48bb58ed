public import Containers
import Findings
public import Threads

/// Encodes one chunk of a plan: a pure function of source, plan and index. The same bytes come out on any machine, with
/// any number of threads, except for `ChunkFacts.maker`.
public struct ChunkEncoding: ~Copyable {
    private let plan: TranscodePlan
    private let chunk: Chunk
    private let settings: TranscodeSettings
    private let pipeline: Pipeline
    private let demuxing: OneShot<ChunkDemuxStage>

    /// Opens the source at the chunk.
    ///
    /// - Parameters:
    ///   - settings: the resources to use; what decides the output is in the plan.
    ///   - leadIn: 1 at first; twice as much each time that the chunk's first frames differ from what the chunk before
    ///     it saw: decoding then begins further ahead.
    ///   - onInputEnd: called on another thread when the last packet was read: the encoder is being drained.
    /// - Throws: `ReportedError`, or what the source threw.
    public init(
        _ source: any ByteSource, _ plan: TranscodePlan, chunk index: Int, leadIn: Int = 1,
        _ settings: TranscodeSettings, cancellation: Cancellation, onInputEnd: @escaping @Sendable () -> Void = {}
    ) throws {
        let chunk = plan.chunks[index]
        demuxing = OneShot(
            try ChunkDemuxStage(
                source, plan, chunk, leadIn: leadIn, settings, cancellation: cancellation, onEnd: onInputEnd))
        (self.plan, self.chunk, self.settings) = (plan, chunk, settings)
        pipeline = Pipeline(cancellation)
    }

    /// Runs the stages, each on its own thread except the last, which runs on the caller's.
    ///
    /// - Parameters:
    ///   - maker: called at the end; its value is stored with the chunk.
    ///   - onProgress: called after every access unit with the number so far, on the calling thread.
    /// - Throws: the first error of any stage; the sink's content is invalid then.
    public consuming func run(
        into sink: any ByteSink, maker: () -> ChunkMaker? = { nil }, onProgress: (Int) -> Void = { _ in }
    ) throws -> ChunkFacts {
        let (pipeline, plan, chunk) = (pipeline, plan, chunk)
        let role = EncoderRole.chunk(chunk.index, processors: settings.threads)
        let encoder = try HEVCEncoder(
            plan.video, plan.encoder, role, keepsSnapshots: true, logs: settings.logs)
        let headers = try encoder.headers()
        let filters = try FilterChain(for: plan.video, threads: settings.threads)
        var writer = try ChunkWriter(
            ChunkHeader(
                index: chunk.index, parameterSets: ByteString(headers.parameterSets),
                reorderDelay: headers.reorderDelay),
            into: sink)
        let running = try RunningStages(
            demuxing.take(), FilterStage(filters, plan.video, window: chunk.window), EncodeStage(encoder, plan.video),
            pipeline)
        do {
            while let unit = pipeline.coded.pop() {
                try pipeline.cancellation.check()
                try writer.add(unit)
                onProgress(writer.times.count)
            }
        } catch {
            pipeline.fail(error)
        }
        let outcome = running.join()
        try pipeline.rethrow()
        guard let outcome else { throw ReportedError(.library, .mux, "a stage ended without a result") }
        var facts = ChunkFacts(
            index: chunk.index, counts: outcome.filtered.counts + outcome.encoded.counts,
            statistics: outcome.encoded.statistics, survey: outcome.demuxed.survey,
            declared: outcome.demuxed.declared, seams: outcome.filtered.seams, times: writer.times)
        let decoded = facts.survey.decoding.counts.frames
        guard decoded == facts.counts.encoded, decoded == facts.frames else {
            throw ReportedError(
                .library, .encode,
                "chunk \(chunk.index): frames decoded: \(decoded), encoded: \(facts.counts.encoded), written: \(facts.frames)"
            )
        }
        facts.maker = maker()
        try writer.finish(facts)
        return facts
    }
}
