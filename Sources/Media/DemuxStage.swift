internal import CFFmpeg

/// A source's AVFormatContext, lent by the demuxer that owns it.
struct DemuxedSource: @unchecked Sendable {
    // Sendable: read only before the stages start; then the demux stage alone uses it.
    let context: UnsafeMutablePointer<AVFormatContext>

    init(_ context: UnsafeMutablePointer<AVFormatContext>) {
        self.context = context
    }
}

/// The first stage: reads packets, decodes those of the main video, passes the others on.
struct DemuxStage: ~Copyable, Sendable {
    private let demuxer: Demuxer
    private var decoder: Decoder
    private var tally: SourceTally
    private let plan: OutputPlan
    private let copied: Set<Int>
    private let pipeline: Pipeline

    /// Bytes of other streams that may come before the first picture.
    private static let primingLimit = 64 << 20

    init(
        _ demuxer: consuming Demuxer, plan: OutputPlan, frameRate: Rational, threads: Int, pipeline: Pipeline
    ) throws {
        decoder = try Decoder(for: demuxer.stream(plan.mainVideo), frameRate: frameRate, threads: threads)
        tally = SourceTally(demuxer, mainVideo: plan.mainVideo)
        self.demuxer = demuxer
        self.plan = plan
        copied = Set(plan.copied)
        self.pipeline = pipeline
    }

    /// Reads up to the first picture.
    ///
    /// - Throws: `MediaError` if there is none.
    mutating func prime() throws -> FirstPicture {
        var first: FirstPicture?
        var preferredTransfer: Int?
        let pipeline = pipeline
        func keep(_ frame: consuming Frame) {
            if first == nil { first = FirstPicture(frame) }
            let bytes = frame.byteCount
            pipeline.decoded.prefill(frame, bytes: bytes)
        }
        while first == nil, let packet = try demuxer.read() {
            tally.add(packet)
            if packet.streamIndex == plan.mainVideo {
                let stream = demuxer.stream(plan.mainVideo)
                preferredTransfer = PreferredTransfer.find(in: packet, of: stream) ?? preferredTransfer
                try decoder.decode(packet) { keep($0) }
            } else if copied.contains(packet.streamIndex) {
                let bytes = packet.byteCount
                pipeline.packets.prefill(packet, bytes: bytes)
                guard pipeline.packets.byteCount < Self.primingLimit else { throw Self.noPicture(decoder.counts) }
            }
        }
        if first == nil { try decoder.finish { keep($0) } }
        guard var first else { throw Self.noPicture(decoder.counts) }
        first.preferredTransfer = preferredTransfer
        return first
    }

    private static func noPicture(_ counts: Decoder.Counts) -> MediaError {
        counts.refusedPackets > 0
            ? MediaError(
                .damagedSource, .decode, "the source's video has no picture that can be decoded",
                advice: "check that it plays, then upload it again")
            : MediaError(
                .noVideo, .decode, "the source's video stream holds no pictures",
                advice: "remove it from the input folder")
    }

    /// Reads to the end.
    mutating func run() throws {
        let pipeline = pipeline
        func pass(_ frame: consuming Frame) {
            let bytes = frame.byteCount
            pipeline.decoded.push(frame, bytes: bytes)
        }
        let refusedBefore = decoder.counts.refusedPackets
        while let packet = try demuxer.read() {
            try pipeline.cancellation.check()
            tally.add(packet)
            if packet.streamIndex == plan.mainVideo {
                try decoder.decode(packet) { pass($0) }
            } else if copied.contains(packet.streamIndex) {
                let bytes = packet.byteCount
                guard pipeline.packets.push(packet, bytes: bytes) else { return }
            }
        }
        try decoder.finish { pass($0) }
        try tally.checkWhole()
        try checkDamage(refusedBefore: refusedBefore)
        pipeline.record { [counts = decoder.counts] outcome in
            outcome.frames.decoded = counts.frames
            outcome.frames.damaged = counts.damagedFrames
            outcome.frames.undecodablePackets = counts.refusedPackets
            outcome.frames.retimed = counts.retimedFrames
            outcome.frames.interlaced = counts.interlacedFrames
        }
        pipeline.decoded.close()
    }

    /// Refuses a source of which more than one picture in a hundred is damaged.
    ///
    /// Packets before the first picture don't count: a recording may begin in the middle of a group of pictures.
    private func checkDamage(refusedBefore: Int) throws {
        let damaged = decoder.counts.damagedFrames + decoder.counts.refusedPackets - refusedBefore
        guard damaged * 100 > decoder.counts.frames else { return }
        throw MediaError(
            .damagedSource, .decode, "\(damaged) of the source's \(decoder.counts.frames) pictures are damaged",
            advice: "upload it again, or repair it")
    }
}
