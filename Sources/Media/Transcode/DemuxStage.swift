import CFFmpeg
import Containers
import Findings
import Threads

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
    private var tally: TruncationCheck
    private var late: LateStreamDetector
    private var clock: DiscontinuityRepair
    private var damage: DamageCheck
    private var packetsWithoutPicture = 0
    private(set) var plan: OutputPlan
    private var copied: Set<Int>
    /// Streams of E-AC-3 of which a frame came that is shorter than a sample of MP4.
    private var shortFrames: Set<Int> = []
    private let packedSounds: [Int: PackedPCM]
    let shift: StartOffset
    private let pipeline: Pipeline
    private let limits: SourceLimits

    /// Bytes of other streams that may come before the first picture.
    private static let primingLimit = 64 << 20

    init(
        _ demuxer: consuming Demuxer, plan: OutputPlan, frameRate: Rational, settings: TranscodeSettings,
        pipeline: Pipeline
    ) throws {
        let limits = settings.limits
        let info = demuxer.info
        try limits.check(duration: info.duration ?? 0, .open)
        let tally = try TruncationCheck(demuxer, plan)
        var sounds: [Int: PackedPCM] = [:]
        for index in 0..<demuxer.streamCount where PackedPCM.isPacked(demuxer.stream(index).pointee.codecpar.pointee) {
            sounds[index] = try PackedPCM(of: demuxer.stream(index))
        }
        decoder = try Decoder(
            for: demuxer.stream(plan.mainVideo), frameRate: frameRate, threads: settings.threads, limits: limits,
            progress: pipeline.cancellation.progress)
        damage = DamageCheck(tolerance: settings.damageTolerance)
        self.tally = tally
        late = LateStreamDetector(plan, in: info)
        clock = DiscontinuityRepair(info)
        shift = StartOffset(for: plan.mainVideo, keeping: plan.kept, in: demuxer.context)
        self.limits = limits
        packedSounds = sounds
        self.demuxer = demuxer
        self.plan = plan
        copied = Set(plan.copied)
        self.pipeline = pipeline
    }

    /// A sound's packet as the output has it.
    private func ready(_ packet: consuming Packet) throws -> Packet? {
        guard let sound = packedSounds[packet.streamIndex] else { return packet }
        return try sound.unpack(packet)
    }

    /// Reads up to the first picture.
    ///
    /// - Throws: `ReportedError` if there is none.
    mutating func prime() throws -> FirstFrame {
        var first: FirstFrame?
        var preferredTransfer: Int?
        let pipeline = pipeline
        func keep(_ frame: consuming Frame) {
            if first == nil { first = FirstFrame(frame) }
            let bytes = frame.byteCount
            pipeline.decoded.prefill(frame, bytes: bytes)
        }
        while first == nil, let packet = try demuxer.read() {
            try take(packet)
            if packet.isEmpty { continue }
            if packet.streamIndex == plan.mainVideo {
                let stream = demuxer.stream(plan.mainVideo)
                preferredTransfer = PreferredTransfer.find(in: packet, of: stream) ?? preferredTransfer
                try decode(packet) { keep($0) }
            } else if copied.contains(packet.streamIndex) {
                if AC3Frame.isShort(packet, of: demuxer.stream(packet.streamIndex)) {
                    shortFrames.insert(packet.streamIndex)
                }
                guard let packet = try ready(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                pipeline.packets.prefill(packet, bytes: bytes)
                guard pipeline.packets.byteCount < Self.primingLimit else { throw Self.noPicture(decoder.counts) }
            }
        }
        if first == nil { try decoder.finish { keep($0) } }
        guard var first else {
            try tally.checkPresent()
            throw Self.noPicture(decoder.counts)
        }
        damage.begin(decoder.counts)
        first.preferredTransfer = preferredTransfer
        first.isWoven = decoder.counts.wovenFrames > 0
        first.fieldDistance = decoder.fieldDistance
        return first
    }

    /// Plans again, knowing what came before the first picture: the muxer of MP4 joins short frames of E-AC-3, and loses
    /// what is left over at the end.
    mutating func planAgain(_ demanded: Container?) throws {
        guard plan.container == .mp4, !shortFrames.isEmpty else { return }
        let other = try OutputPlan(demuxer, container: demanded, shortFrames: shortFrames)
        guard other.container == .matroska else { return }
        plan = other
        copied = Set(other.copied)
    }

    private mutating func take(_ packet: borrowing Packet) throws {
        tally.add(packet)
        if packet.streamIndex == plan.mainVideo { damage.add(packet) }
        try limits.check(duration: tally.secondsRead, .demux)
        let stream = demuxer.stream(packet.streamIndex)
        clock.mend(packet, of: stream, in: demuxer.context)
        shift.apply(to: packet, of: stream)
        late.add(packet, of: stream)
    }

    private mutating func decode(_ packet: borrowing Packet, emit: (consuming Frame) throws -> Void) throws {
        let before = decoder.counts.frames
        try decoder.decode(packet, emit: emit)
        packetsWithoutPicture = decoder.counts.frames > before ? 0 : packetsWithoutPicture + 1
        guard packetsWithoutPicture <= limits.packetsWithoutPicture else {
            throw ReportedError.limit(
                .decode, "\(packetsWithoutPicture) packets of its video in a row gave no picture",
                advice: "check that it plays, then upload it again")
        }
        try limits.check(pictures: decoder.counts.frames, over: tally.secondsRead)
    }

    private static func noPicture(_ counts: Decoder.Counts) -> ReportedError {
        counts.refusedPackets > 0
            ? ReportedError(
                .damagedSource, .decode,
                "the source's video has no picture that can be decoded, or only ones over the limit of size",
                advice: "check that it plays, then upload it again")
            : ReportedError(
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
        while let packet = try demuxer.read() {
            try pipeline.cancellation.check()
            try take(packet)
            if packet.isEmpty { continue }
            if packet.streamIndex == plan.mainVideo {
                try decode(packet) { pass($0) }
            } else if copied.contains(packet.streamIndex) {
                guard let packet = try ready(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                guard pipeline.packets.push(packet, bytes: bytes) else { return }
            }
        }
        try decoder.finish { pass($0) }
        try tally.checkPresent()
        try tally.checkWhole()
        try late.checkNotContinued()
        damage.end(decoder.gaps, complaints: demuxer.complaints, decoder.counts)
        try damage.check(decoder.counts)
        let (gaps, missing) = (damage.gaps, damage.missingPictures)
        let incompletePackets = damage.incompletePackets
        let incompleteEnds = tally.incompleteEnds
        let lateStreams = late.unknown
        let clockJumps = clock.jumps
        pipeline.record { [counts = decoder.counts] outcome in
            outcome.clockJumps = clockJumps
            outcome.lateStreams = lateStreams
            outcome.frames.decoded = counts.frames
            outcome.frames.damaged = counts.damagedFrames
            outcome.frames.undecodablePackets = counts.refusedPackets
            outcome.frames.incompletePackets = incompletePackets
            outcome.frames.gaps = gaps
            outcome.frames.missing = missing
            outcome.incompleteEnds = incompleteEnds
            outcome.frames.retimed = counts.retimedFrames
            outcome.frames.interlaced = counts.interlacedFrames
        }
        pipeline.decoded.close()
    }
}
