import CFFmpeg
import Containers
import Findings
import Threads

/// The first stage: reads packets, repairs their timestamps, decodes those of the main video, passes the others on.
struct DemuxStage: ~Copyable, PipelineStage {
    private var reader: PacketReader
    private var repair: TimestampRepair
    private var late: LateStreamDetector
    private var decoding: VideoDecoding
    private var output: OutputPlan
    private let frameRate: Rational
    private var copied: Set<Int>
    /// E-AC-3 streams with a frame of fewer than six blocks, which MP4 joins into samples.
    private var shortFrames: Set<Int> = []
    private let packedPCM: [Int: PackedPCM]

    /// Counts and findings of the whole source.
    struct Outcome: Sendable {
        var counts: FrameCounts
        var discontinuities: Int
        /// Streams whose last packet is incomplete.
        var incompleteEnds: [Int]
        /// Streams that first appeared after the source was opened, by index.
        var lateStreams: [Int: LateStream]
    }

    /// Bytes of other streams that may come before the first frame.
    private static let primingLimit = 64 << 20

    /// Opens the source.
    init(_ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation) throws {
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        let output = try OutputPlan(demuxer, container: settings.container)
        // Dropped audio is checked too: if its parameters are missing, its headers may be damaged.
        let audio = output.copied + output.dropped.filter { $0.kind == .audio }.map(\.index)
        for index in audio { try AudioHeaderCheck.verify(demuxer.stream(index)) }
        var packed: [Int: PackedPCM] = [:]
        for index in 0..<demuxer.streamCount where PackedPCM.isPacked(demuxer.stream(index).pointee.codecpar.pointee) {
            packed[index] = try PackedPCM(of: demuxer.stream(index))
        }
        let stream = demuxer.stream(output.mainVideo)
        let frameRate = Rational(av_guess_frame_rate(demuxer.context, stream, nil))
        let decoding = try VideoDecoding(stream, frameRate: frameRate, settings, progress: cancellation.progress)
        let (repair, late) = (TimestampRepair(demuxer, output), LateStreamDetector(output, in: demuxer.info))
        reader = try PacketReader(demuxer, output, settings.limits)
        (self.repair, self.late, self.output, self.frameRate, packedPCM) = (repair, late, output, frameRate, packed)
        self.decoding = decoding
        copied = Set(output.copied)
    }

    /// Reads up to the first frame and plans.
    ///
    /// - Parameter pipeline: gets the frames and packets that were read; nil drops them.
    mutating func plan(_ settings: TranscodeSettings, _ pipeline: Pipeline?) throws -> TranscodePlan {
        let first = try prime(pipeline)
        try revisePlan(settings.container)
        return try TranscodePlan(reader.demuxer, output, first, repair.offset, frameRate: frameRate, settings)
    }

    private mutating func next() throws -> Packet? {
        guard let raw = try reader.next() else { return nil }
        let packet = repair.repair(raw, in: reader.demuxer)
        late.add(packet, of: reader.demuxer.stream(packet.streamIndex))
        return packet
    }

    /// An audio packet as the output stores it; nil if it has no complete sample.
    private func unpacked(_ packet: consuming Packet) throws -> Packet? {
        guard let unpacker = packedPCM[packet.streamIndex] else { return packet }
        return try unpacker.unpack(packet)
    }

    /// Reads up to the first frame.
    ///
    /// - Parameter pipeline: gets the frames and packets that were read; nil drops them.
    /// - Throws: `ReportedError` if there is no frame.
    private mutating func prime(_ pipeline: Pipeline?) throws -> FirstFrame {
        var first: FirstFrame?
        var preferredTransfer: Int?
        var copiedBytes = 0
        func keep(_ frame: consuming Frame) {
            if first == nil { first = FirstFrame(frame) }
            let bytes = frame.byteCount
            pipeline?.decoded.prefill(frame, bytes: bytes)
        }
        while first == nil, let packet = try next() {
            if packet.streamIndex == output.mainVideo {
                let stream = reader.demuxer.stream(output.mainVideo)
                preferredTransfer = PreferredTransfer.find(in: packet, of: stream) ?? preferredTransfer
                try decoding.decode(packet, secondsRead: reader.secondsRead) { keep($0) }
            } else if !packet.isEmpty, copied.contains(packet.streamIndex) {
                if AC3Frame.isShort(packet, of: reader.demuxer.stream(packet.streamIndex)) {
                    shortFrames.insert(packet.streamIndex)
                }
                guard let packet = try unpacked(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                pipeline?.coded.prefill(.copied(packet), bytes: bytes)
                copiedBytes += bytes
                guard copiedBytes < Self.primingLimit else { throw decoding.noFrame }
            }
        }
        if first == nil { try decoding.finish { keep($0) } }
        guard var first else {
            try reader.checkPresent()
            throw decoding.noFrame
        }
        decoding.begin(&first)
        first.preferredTransfer = preferredTransfer
        return first
    }

    /// Revises the plan after the packets before the first frame: the MP4 muxer joins short frames of E-AC-3, and loses
    /// an incomplete group at the end.
    private mutating func revisePlan(_ requested: Container?) throws {
        guard output.container == .mp4, !shortFrames.isEmpty else { return }
        let other = try OutputPlan(reader.demuxer, container: requested, shortFrames: shortFrames)
        guard other.container == .matroska else { return }
        output = other
        copied = Set(other.copied)
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        func pass(_ frame: consuming Frame) {
            let bytes = frame.byteCount
            pipeline.decoded.push(frame, bytes: bytes)
        }
        while let packet = try next() {
            try pipeline.cancellation.check()
            if packet.streamIndex == output.mainVideo {
                try decoding.decode(packet, secondsRead: reader.secondsRead) { pass($0) }
            } else if !packet.isEmpty, copied.contains(packet.streamIndex) {
                guard let packet = try unpacked(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                // A cancelled queue: the pipeline has the error.
                guard pipeline.coded.push(.copied(packet), bytes: bytes) else { throw Cancelled() }
            }
        }
        try decoding.finish { pass($0) }
        try reader.checkPresent()
        try reader.checkComplete()
        try late.checkNotContinued()
        let outcome = Outcome(
            counts: try decoding.end(loggedErrors: reader.demuxer.loggedErrors),
            discontinuities: repair.discontinuities, incompleteEnds: reader.incompleteEnds, lateStreams: late.unknown)
        pipeline.decoded.close()
        return outcome
    }
}
