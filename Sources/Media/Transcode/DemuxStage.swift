import CFFmpeg
import Containers
import Findings
import Threads

/// The first stage: reads packets, repairs their timestamps, decodes those of the main video, passes the others on.
struct DemuxStage: ~Copyable, PipelineStage {
    private var feed: PacketFeed
    private var decoding: VideoDecoding
    private var output: OutputPlan
    private let frameRate: Rational
    private let tolerance: Double
    private var copied: Set<Int>
    /// E-AC-3 streams with a frame of fewer than six blocks, which MP4 joins into samples.
    private var shortFrames: Set<Int>

    /// Counts and findings of the whole source.
    struct Outcome: Sendable {
        var counts: FrameCounts
        var survey: SourceSurvey
    }

    /// Bytes of other streams that may come before the first frame.
    private static let primingLimit = 64 << 20

    /// Opens the source.
    init(_ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation) throws {
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        let output = try OutputPlan(demuxer, container: settings.container)
        let stream = demuxer.stream(output.mainVideo)
        let frameRate = Rational(av_guess_frame_rate(demuxer.context, stream, nil))
        let decoding = try VideoDecoding(stream, frameRate: frameRate, settings, progress: cancellation.progress)
        feed = try PacketFeed(demuxer, output, settings.limits)
        self.decoding = decoding
        (self.output, self.frameRate, tolerance) = (output, frameRate, settings.damageTolerance)
        copied = Set(output.copied)
        shortFrames = []
    }

    /// Reads up to the first frame and plans.
    ///
    /// - Parameter pipeline: gets the frames and packets that were read; nil drops them.
    mutating func plan(_ settings: TranscodeSettings, _ pipeline: Pipeline?) throws -> TranscodePlan {
        let first = try prime(pipeline)
        try revisePlan(settings.container)
        let (output, offset, frameRate) = (output, feed.offset, frameRate)
        return try feed.withDemuxer {
            try TranscodePlan($0, output, first, offset, frameRate: frameRate, settings)
        }
    }

    /// Reads up to the first frame.
    ///
    /// - Parameter pipeline: gets the frames and packets that were read; nil drops them.
    /// - Throws: `ReportedError` if there is no frame.
    private mutating func prime(_ pipeline: Pipeline?) throws -> FirstFrame {
        var first: FirstFrame?
        var preferredTransfer: Int?
        var copiedBytes = 0
        var earliest: Int64?
        var firstTime: Int64?
        func keep(_ frame: consuming Frame) {
            if first == nil { (first, firstTime) = (FirstFrame(frame), frame.presentationTime) }
            let bytes = frame.byteCount
            pipeline?.decoded.prefill(frame, bytes: bytes)
        }
        while first == nil, let fed = try feed.next() {
            let packet = fed.packet
            if packet.streamIndex == output.mainVideo {
                let stream = feed.stream(output.mainVideo)
                if packet.isShown, let time = packet.presentationTime { earliest = min(earliest ?? time, time) }
                preferredTransfer = PreferredTransfer.find(in: packet, of: stream) ?? preferredTransfer
                try decoding.decode(packet, secondsRead: feed.secondsRead) { keep($0) }
            } else if !packet.isEmpty, copied.contains(packet.streamIndex) {
                if AC3Frame.isShort(packet, of: feed.stream(packet.streamIndex)) {
                    shortFrames.insert(packet.streamIndex)
                }
                guard let packet = try feed.unpacked(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                pipeline?.coded.prefill(.copied(packet), bytes: bytes)
                copiedBytes += bytes
                guard copiedBytes < Self.primingLimit else { throw decoding.noFrame }
            }
        }
        if first == nil { try decoding.finish { keep($0) } }
        guard var first else {
            try feed.declared.checkPresent(feed.packets)
            throw decoding.noFrame
        }
        decoding.complete(&first)
        try first.complete(feed.stream(output.mainVideo))
        first.preferredTransfer = preferredTransfer
        if let earliest, let firstTime { first.lostTicks = max(0, firstTime - earliest) }
        return first
    }

    /// Revises the plan after the packets before the first frame: the MP4 muxer joins short frames of E-AC-3, and loses
    /// an incomplete group at the end; the first frame may have a stereoscopic layout that MP4 can't signal.
    private mutating func revisePlan(_ requested: Container?) throws {
        let stereo = StereoLayout(of: feed.stream(output.mainVideo))
        guard output.container == .mp4, !shortFrames.isEmpty || stereo?.canSignal(in: .mp4) == false else { return }
        let shortFrames = shortFrames
        let other = try feed.withDemuxer { try OutputPlan($0, container: requested, shortFrames: shortFrames) }
        guard other.container == .matroska else { return }
        output = other
        copied = Set(other.copied)
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        func pass(_ frame: consuming Frame) {
            let bytes = frame.byteCount
            pipeline.decoded.push(frame, bytes: bytes)
        }
        while let fed = try feed.next() {
            let packet = fed.packet
            try pipeline.cancellation.check()
            if packet.streamIndex == output.mainVideo {
                pipeline.decoded.waitForRoom()
                try decoding.decode(packet, secondsRead: feed.secondsRead) { pass($0) }
            } else if !packet.isEmpty, copied.contains(packet.streamIndex) {
                guard let packet = try feed.unpacked(packet) else { continue }
                let bytes = packet.byteCount + Packet.overhead
                // A cancelled queue: the pipeline has the error.
                guard pipeline.coded.push(.copied(packet), bytes: bytes) else { throw Cancelled() }
            }
        }
        try decoding.finish { pass($0) }
        let survey = feed.survey(decoding)
        let outcome = Outcome(counts: try survey.check(against: feed.declared, tolerance: tolerance), survey: survey)
        pipeline.decoded.close()
        return outcome
    }
}
