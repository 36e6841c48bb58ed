import CFFmpeg
import Containers
import Findings
import Threads

/// The first stage for one chunk: enters the source before the chunk, decodes the chunk's frames and some on each side,
/// passes on the copied packets that belong to it.
struct ChunkDemuxStage: ~Copyable, PipelineStage {
    private var feed: PacketFeed
    private var decoding: VideoDecoding
    private let window: FrameWindow
    private let mainVideo: Int
    private let copied: Set<Int>
    /// Copied streams whose packets come regularly.
    private let regular: [Int]
    /// Packets of all streams before the first that is decoded.
    private let skipped: Int
    private let entry: RandomAccessPoint?
    private let onEnd: @Sendable () -> Void
    private let purpose: Purpose
    /// Before that PTS, only frames that others refer to are decoded; nil decodes all.
    private let firstNeeded: Int64?

    /// What the chunk is read for.
    enum Purpose {
        /// To become a part of the output.
        case output
        /// To look at its frames: copied packets are left out, and frames long before it that no other refers to.
        case sample
    }

    struct Outcome: Sendable {
        var survey: SourceSurvey
        var declared: DeclaredExtent
    }

    /// Frames before the chunk that the filters get: bwdif looks at one.
    private static let framesBefore = 3
    /// Frames before a sample that are all decoded: decoders tell fields and film by those before.
    private static let framesDecodedBefore: Int64 = 8
    /// Frames after the chunk: those whose checksums prove the seam, and those that filters look at.
    private static let framesAfter = SeamProofs.frames + 2

    /// Bytes between packets of the same time, in usual files.
    private static let interleaving: UInt64 = 1 << 20

    /// Opens the source at the chunk.
    ///
    /// - Parameters:
    ///   - leadIn: how far before the chunk decoding begins: see `TranscodePlan.entry`.
    ///   - purpose: what the chunk is read for.
    ///   - onEnd: called when the last packet was read: the rest is draining.
    /// - Throws: `ReportedError` of code `modifiedSource` if the source isn't the plan's.
    init(
        _ source: any ByteSource, _ plan: TranscodePlan, _ chunk: Chunk, leadIn: Int, purpose: Purpose = .output,
        _ settings: TranscodeSettings, cancellation: Cancellation, onEnd: @escaping @Sendable () -> Void
    ) throws {
        let entry = plan.entry(of: chunk, leadIn: leadIn)
        let demuxer = try Demuxer(
            entry?.entered(source) ?? source, limits: settings.limits, cancellation: cancellation)
        let video = plan.output.mainVideo
        let next = chunk.index + 1 < plan.chunks.count ? plan.chunks[chunk.index + 1].cut : nil
        guard demuxer.streamCount >= plan.source.streams.count,
            let ownership = PacketOwnership(
                plan.division, from: chunk.cut, to: next, mainVideo: video, in: demuxer.info)
        else {
            throw ReportedError(
                .modifiedSource, .open, "the source is not the one that was planned", advice: "try again")
        }
        if let entry, entry.seek != .none, try !demuxer.seek(to: entry, of: video) {
            throw ReportedError(.library, .demux, "the source can't be read from \(entry.presentation) on")
        }
        // Interleaved packets of the chunk may follow the next one's first.
        source.limitReadAhead(to: next?.position.map { UInt64(clamping: $0) + Self.interleaving } ?? .max)
        let stream = demuxer.stream(video)
        let frameRate = Rational(av_guess_frame_rate(demuxer.context, stream, nil))
        let decoding = try VideoDecoding(
            stream, frameRate: frameRate, settings, window: chunk.window, progress: cancellation.progress)
        feed = try PacketFeed(demuxer, plan.output, settings.limits, ownership)
        self.decoding = decoding
        (window, mainVideo, copied) = (chunk.window, video, purpose == .output ? Set(plan.output.copied) : [])
        let copied = copied
        regular = plan.output.copied.filter {
            copied.contains($0) && [.audio, .video].contains(plan.source.streams[$0].kind)
        }
        skipped = entry.flatMap { $0.seek == .none ? $0.order : nil } ?? 0
        (self.entry, self.purpose, self.onEnd) = (entry, purpose, onEnd)
        let period = plan.video.frameRate.period(in: plan.video.timeBase)
        firstNeeded = purpose == .sample ? chunk.start.map { $0 - Self.framesDecodedBefore * period } : nil
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        var edges = FrameEdges(window, before: Self.framesBefore, after: Self.framesAfter)
        var isWanted = true
        func pass(_ frame: consuming Frame) {
            edges.add(frame) { frame in
                let bytes = frame.byteCount
                if !pipeline.decoded.push(frame, bytes: bytes) { isWanted = false }
            }
        }
        func send(_ unit: consuming CodedUnit, bytes: Int) throws {
            // A cancelled queue: the pipeline has the error.
            guard pipeline.coded.push(unit, bytes: bytes) else { throw Cancelled() }
        }
        var packets = 0
        while isWanted, !edges.isFull || !feed.ownership.isPast(regular), let fed = try feed.next() {
            try pipeline.cancellation.check()
            defer { packets += 1 }
            let place = fed.place
            let packet = fed.packet
            if packet.streamIndex == mainVideo {
                // The encoder ends a sample while packets are still read, and closes the queue.
                if purpose == .output, place == .inside, let time = packet.presentationTime {
                    try send(.read(time), bytes: 0)
                }
                guard packets >= skipped, entry?.isReached(by: packet) != false, !edges.isFull else { continue }
                if let firstNeeded, let time = packet.presentationTime {
                    decoding.decodesOnlyReferences = time < firstNeeded
                }
                try decoding.decode(packet, isCounted: place == .inside, secondsRead: feed.secondsRead) { pass($0) }
            } else if place == .inside, !packet.isEmpty, copied.contains(packet.streamIndex) {
                guard let packet = try feed.unpacked(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                try send(.copied(packet), bytes: bytes)
            }
        }
        if isWanted, !edges.isFull { try decoding.finish { pass($0) } }
        onEnd()
        let outcome = Outcome(survey: feed.survey(decoding), declared: feed.declared)
        pipeline.decoded.close()
        return outcome
    }
}

/// Frames of a chunk, with a few before and after.
struct FrameEdges: ~Copyable {
    private let window: FrameWindow
    private let before: Int
    private var missing: Int
    private var earlier: [OneShot<Frame>] = []

    init(_ window: FrameWindow, before: Int, after: Int) {
        (self.window, self.before, missing) = (window, before, after)
    }

    /// Whether every frame that is wanted has come.
    var isFull: Bool { missing == 0 }

    /// Takes the next frame in presentation order, and hands over those that are wanted.
    mutating func add(_ frame: consuming Frame, emit: (consuming Frame) -> Void) {
        switch window.place(of: frame.presentationTime) {
        case .before:
            if earlier.count == before { earlier.removeFirst() }
            earlier.append(OneShot(frame))
            return
        case .inside: break
        case .after:
            guard missing > 0 else { return }
            missing -= 1
        }
        for frame in earlier { emit(frame.take()) }
        earlier = []
        emit(frame)
    }
}
