import CFFmpeg
public import Containers
public import Findings
public import Threads

/// Transcodes one source to one output: opens and plans first, then runs.
///
/// ```
/// let transcode = try Transcode(source, settings, cancellation: cancellation)
/// print(transcode.plan.output.container)
/// let result = try transcode.run(into: sink) { progress in … }
/// ```
public struct Transcode: ~Copyable {
    public private(set) var plan: TranscodePlan

    private let settings: TranscodeSettings
    private let pipeline: Pipeline
    private let demuxing: OneShot<DemuxStage>

    /// Opens the source, decodes its first frame and makes the plan.
    ///
    /// - Throws: `ReportedError`, or what the source threw.
    public init(_ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation) throws {
        let pipeline = Pipeline(cancellation)
        var stage = try DemuxStage(source, settings, cancellation: cancellation)
        plan = try stage.plan(settings, pipeline)
        self.settings = settings
        self.pipeline = pipeline
        demuxing = OneShot(stage)
    }

    /// Encodes with the CRF of a search.
    public mutating func use(_ choice: CRFChoice) { plan.use(choice) }

    /// Runs the stages, each on its own thread except the last, which runs on the caller's.
    ///
    /// The output is read back, compared with what was written, and some of its keyframes are decoded and compared with
    /// the encoder's and the source's frames: it may be published when this returns.
    ///
    /// - Parameter onProgress: called after every access unit, on the calling thread.
    /// - Throws: the first error of any stage; the sink's content is invalid then.
    public consuming func run(
        into sink: any ByteSink, onProgress: (TranscodeProgress) -> Void = { _ in }
    ) throws -> TranscodeResult {
        let (pipeline, plan) = (pipeline, plan)
        let encoder = try HEVCEncoder(
            plan.video, plan.encoder, keepsSnapshots: true, logs: settings.logs)
        var muxing = try MuxStage(
            Assembly(plan, encoder.headers(), into: sink, cancellation: pipeline.cancellation))
        let filters = try FilterChain(for: plan.video, threads: settings.threads)
        let running = try RunningStages(
            demuxing.take(), FilterStage(filters, plan.video), EncodeStage(encoder, plan.video), pipeline)
        var assembled: (output: Assembly.Output, counts: FrameCounts)?
        do {
            assembled = try muxing.run(pipeline, onProgress: onProgress)
        } catch {
            pipeline.fail(error)
        }
        let outcome = running.join()
        try pipeline.rethrow()
        guard let assembled, let outcome else {
            throw ReportedError(.library, .mux, "a stage ended without a result")
        }
        return try TranscodeResult(
            assembled.output, outcome.demuxed.survey, outcome.encoded.statistics,
            outcome.demuxed.counts + outcome.filtered.counts + outcome.encoded.counts + assembled.counts)
    }
}

extension TranscodePlan {
    /// Opens a source, decodes its first frame and makes the plan.
    ///
    /// - Throws: `ReportedError`, or what the source threw.
    public init(_ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation) throws {
        var stage = try DemuxStage(source, settings, cancellation: cancellation)
        self = try stage.plan(settings, nil).divided(source, settings, cancellation: cancellation)
    }

    /// Whether a video is long enough for several chunks, if it can be divided.
    ///
    /// - Parameter bytes: of the source.
    public func isWorthDividing(bytes: UInt64, _ settings: TranscodeSettings) -> Bool {
        ChunkPlanner(self, settings, cancellation: Cancellation())?.isWorthIt(bytes: bytes) ?? false
    }

    /// The plan with its chunks, where the settings want several and the source can be divided. A source without an index
    /// is read once for it.
    ///
    /// - Throws: `ReportedError`, or what the source threw.
    public func divided(
        _ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws -> TranscodePlan {
        try ChunkPlanner(self, settings, cancellation: cancellation)?.divide(source) ?? self
    }
}

extension ReportedError {
    /// The error of work that a `Watchdog` ended.
    ///
    /// - Parameters:
    ///   - place: the work of the thread that reads the source.
    ///   - timeout: seconds without progress.
    public static func stalled(in place: ProgressCounter.Place, for timeout: Double) -> ReportedError {
        let time = timeout < 1 ? "\(timeout) s" : "\(Int(timeout)) s"
        return switch place {
        case .library:
            ReportedError(
                .stalled, .decode, "no progress for \(time): the source keeps its decoder or demuxer busy forever",
                advice: "check that it plays")
        case .source:
            ReportedError(
                .inputOutput, .demux, "no progress for \(time): no bytes of the source arrive", advice: "try again")
        case .elsewhere:
            ReportedError(
                .library, .encode, "no progress for \(time): encoding or writing is stuck", advice: "try again")
        }
    }
}
