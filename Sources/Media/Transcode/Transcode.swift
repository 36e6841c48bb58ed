import CFFmpeg
public import Containers
import Findings
public import Threads

/// One source on its way to one output: opened and planned first, then run.
///
/// ```
/// let transcode = try Transcode(source, settings, cancellation)
/// print(transcode.plan.container)
/// let result = try transcode.run(into: sink) { progress in … }
/// ```
public struct Transcode: ~Copyable {
    /// What the source holds.
    public let source: MediaInfo
    /// Which streams go where.
    public let plan: OutputPlan
    /// The source's first picture.
    public let picture: FrameFormat
    /// The picture size of the output, without padding.
    public let outputSize: Resolution
    /// The size that is encoded; larger than `outputSize` by a column or row where that is odd.
    public let encodedSize: Resolution
    /// Bits a sample of the output.
    public let outputBitDepth: Int
    /// libavutil's name of the output's pixel format.
    public let outputPixelFormat: String
    /// What is not in the output, or not as it was, beside streams.
    public let notes: [String]

    private let settings: TranscodeSettings
    private let input: VideoPlan
    private let pipeline: Pipeline
    private let demuxing: OneShot<DemuxStage>
    private let demuxer: DemuxedSource
    private let shift: StartOffset

    /// Opens the source, decodes its first picture and decides what is to be done.
    ///
    /// - Throws: `ReportedError`, or what the source threw.
    public init(_ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation) throws {
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        let info = demuxer.info
        var plan = try OutputPlan(demuxer, container: settings.container)
        // A sound of which nothing is known may be one whose headers are damaged.
        let sounds = plan.copied + plan.dropped.filter { $0.kind == .audio }.map(\.index)
        for index in sounds { try AudioHeaderCheck.verify(demuxer.stream(index)) }
        let context = demuxer.context
        let stream = demuxer.stream(plan.mainVideo)
        let frameRate = Rational(av_guess_frame_rate(context, stream, nil))
        let cleanArea = try demuxer.cleanArea(of: plan.mainVideo)
        let chapterNote = try demuxer.chapterNote()
        let speedNotes = try demuxer.speedNotes(on: plan.kept)
        let pipeline = Pipeline(cancellation)
        var stage = try DemuxStage(
            demuxer, plan: plan, frameRate: frameRate, settings: settings, pipeline: pipeline)
        let first = try stage.prime()
        try stage.planAgain(settings.container)
        plan = stage.plan
        // The container's word goes before the codec's.
        let guess = Rational(av_guess_sample_aspect_ratio(context, stream, nil))
        let shape = first.isWoven ? FieldWeaver.sampleAspectRatio(guess) : guess
        var input = try VideoPlan(
            for: first, of: stream, settings, container: plan.container,
            containerAspectRatio: shape.isKnown ? shape : nil,
            cleanArea: cleanArea, frameRate: frameRate)
        // What is said by hand goes before what the source says.
        input.hdr.drop(
            masteringDisplay: settings.encoder.name(oneOf: "master-display"),
            contentLight: settings.encoder.name(oneOf: "max-cll"))
        self.source = info
        self.plan = plan
        var picture = first.format
        picture.sampleAspectRatio = shape
        self.picture = picture
        self.input = input
        self.pipeline = pipeline
        self.settings = settings
        self.demuxer = DemuxedSource(context)
        outputSize = input.size
        encodedSize = input.paddedSize
        outputBitDepth = input.bitDepth
        outputPixelFormat = pixelFormatName(input.pixelFormat)
        let tellsStereo = StereoLayout(of: stream)?.isTold(in: plan.container) ?? true
        let stereoNote = tellsStereo ? nil : "mp4 can't say how the two views of its pictures lie: mkv can"
        let soundNotes = plan.copied.map { PackedPCM.note(on: context.pointee.streams[$0]) }
        let pictureNotes = [input.dolbyVision?.note, input.cropNote, input.orientationNote, stereoNote, chapterNote]
        notes = (pictureNotes + soundNotes + speedNotes).compactMap { $0 }
        shift = stage.shift
        demuxing = OneShot(stage)
    }

    /// Runs the stages, each on a thread of its own but the last, which runs here.
    ///
    /// The output is read back as it was written, held against what went in, and a sample of its pictures is decoded and
    /// compared with the encoder's and the source's: what returns from here may be published.
    ///
    /// - Parameter onProgress: told after every access unit, on the calling thread.
    /// - Throws: the first error of any stage; the sink's content is worth nothing then.
    public consuming func run(
        into sink: any ByteSink, onProgress: (TranscodeProgress) -> Void = { _ in }
    ) throws -> TranscodeResult {
        let encoder = try HEVCEncoder(input, settings.encoder, logs: settings.logs)
        let muxer = try openMuxer(sink, headers: encoder.headers())
        let preparation = try FilterStage(for: input, settings)
        let threads = try startStages(preparation, encoder)
        var muxing = MuxStage(
            muxer, mainVideo: plan.mainVideo, timeBase: input.timeBase, duration: source.duration,
            samples: pipeline.samples)
        var written: WrittenOutput?
        do {
            written = try muxing.run(pipeline, onProgress)
        } catch {
            pipeline.fail(error)
        }
        for thread in threads { thread.join() }
        try pipeline.rethrow()
        guard let written else { throw ReportedError(.library, .mux, "the muxer ended without an output") }
        return try result(muxing, written)
    }

    private func openMuxer(_ sink: any ByteSink, headers: [UInt8]) throws -> Muxer {
        let reading =
            plan.container == .matroska
            ? try LiveCheck(
                samples: pipeline.samples, size: input.size, timeBase: input.timeBase,
                cancellation: pipeline.cancellation) : nil
        let layout = FaststartLayout(
            sink, container: plan.container, reserve: MoovSizeEstimate.bytes(for: source, plan), window: Self.window,
            sampleEntry: input.dolbyVision?.sampleEntry, reading: reading)
        var muxer = try Muxer(plan.container, layout: layout)
        let context = demuxer.context
        for info in source.streams {
            guard let stream = context.pointee.streams[info.index] else { continue }
            if info.index == plan.mainVideo {
                try muxer.addVideo(input, headers: headers, writer: settings.writer, from: stream)
            } else if plan.copied.contains(info.index) {
                try muxer.addCopy(of: stream, kind: info.kind)
            }
        }
        try muxer.addDescription(from: context, shift, writer: settings.writer)
        try muxer.start(video: input, delay: Self.encoderDelay / input.frameRate.value)
        return muxer
    }

    private func startStages(
        _ preparation: consuming FilterStage, _ encoder: consuming HEVCEncoder
    ) throws -> [OwnedThread] {
        let (pipeline, demuxing, mainVideo) = (pipeline, demuxing, plan.mainVideo)
        let (preparing, encoding) = (OneShot(preparation), OneShot(encoder))
        var threads: [OwnedThread] = []
        do {
            threads.append(
                try OwnedThread(named: "demux") {
                    var stage = demuxing.take()
                    pipeline.attempt { try stage.run() }
                })
            threads.append(
                try OwnedThread(named: "scale") {
                    var preparation = preparing.take()
                    pipeline.attempt { try pipeline.prepareAll(&preparation) }
                })
            threads.append(
                try OwnedThread(named: "encode") {
                    var encoder = encoding.take()
                    pipeline.attempt { try pipeline.encodeAll(&encoder, mainVideo: mainVideo) }
                })
        } catch {
            pipeline.fail(error)
            for thread in threads { thread.join() }
            throw error
        }
        return threads
    }

    private func result(_ muxing: borrowing MuxStage, _ written: WrittenOutput) throws -> TranscodeResult {
        let outcome = pipeline.outcome
        guard let statistics = outcome.statistics else {
            throw ReportedError(.library, .encode, "the encoder ended without statistics")
        }
        var frames = outcome.frames
        frames.written = muxing.ledger.count
        guard frames.decoded == frames.encoded, frames.encoded == frames.written else {
            throw ReportedError(
                .library, .encode,
                "\(frames.decoded) pictures were decoded, \(frames.encoded) encoded, \(frames.written) written")
        }
        let expectation = OutputExpectation(
            container: plan.container, frames: muxing.ledger.count, timeDigest: muxing.ledger.digest,
            timeBase: input.timeBase, firstTime: muxing.ledger.first, lastTime: muxing.ledger.last,
            frameDuration: muxing.lastDuration, copiedPackets: muxing.copiedPackets, size: input.size,
            samples: pipeline.samples)
        let reading = try OutputCheck.verify(written, expectation, cancellation: pipeline.cancellation)
        return TranscodeResult(
            statistics: statistics, frames: frames, bytes: muxing.byteCount,
            isIndexInFront: written.structure.isIndexInFront, incompleteEnds: outcome.incompleteEnds,
            clockJumps: outcome.clockJumps, lateStreams: outcome.lateStreams, fragments: muxing.fragments,
            expectation: expectation, output: reading.info,
            comparedPictures: reading.comparedPictures)
    }

    /// Bytes of an output that are held back; one that is no larger has an index without slack.
    private static let window = 2 << 20

    /// Pictures that x265 may hold: look-ahead, B pyramid and frame threads, with the slowest preset's values.
    private static let encoderDelay = 80.0
}
