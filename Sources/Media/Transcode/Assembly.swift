import CFFmpeg
import Containers
import Findings
import Threads

/// Makes the output from access units and copied packets, wherever they come from: muxes them, reads the result back
/// and verifies it. The source is not read.
struct Assembly: ~Copyable {
    private let plan: TranscodePlan
    private let cancellation: Cancellation
    private let live: LiveCheck?
    private var muxer: Muxer
    private var decodingTimes: DecodingTimes
    /// Access units whose DTS is not known yet, in decoding order.
    private var waiting: [OneShot<AccessUnit>]
    private var samples: VerificationSamples
    private var lastDuration: Int64 = 0
    private var lastTime: Int64 = 0
    private var copiedPackets = 0

    /// The PTS of the access units so far, in the plan's time base.
    private(set) var times = TimestampDigest()
    /// The same in the output's time base.
    private var outputTimes = TimestampDigest()

    /// Opens the output and writes its headers.
    init(
        _ plan: TranscodePlan, _ headers: StreamHeaders, into sink: any ByteSink, cancellation: Cancellation
    ) throws {
        let live =
            plan.output.container == .matroska
            ? try LiveCheck(size: plan.video.size, timeBase: plan.video.timeBase, cancellation: cancellation) : nil
        muxer = try Self.open(plan, headers, sink, live)
        decodingTimes = DecodingTimes(delay: headers.reorderDelay)
        (waiting, samples) = ([], VerificationSamples())
        self.plan = plan
        self.live = live
        self.cancellation = cancellation
    }

    private static func open(
        _ plan: TranscodePlan, _ headers: StreamHeaders, _ sink: any ByteSink, _ live: LiveCheck?
    ) throws -> Muxer {
        let layout = FaststartLayout(
            sink, container: plan.output.container, reserve: MoovSizeEstimate.bytes(for: plan.source, plan.output),
            window: window, sampleEntry: plan.video.dolbyVision?.sampleEntry, live: live)
        var muxer = try Muxer(plan.output.container, layout: layout)
        for track in plan.tracks {
            if track.stream == plan.output.mainVideo {
                try muxer.addVideo(plan.video, headers: headers.parameterSets, writer: plan.writer, as: track)
            } else {
                try muxer.addCopy(track)
            }
        }
        try muxer.add(plan.description, writer: plan.writer)
        try muxer.start(video: plan.video, delay: encoderDelay / plan.video.frameRate.value)
        return muxer
    }

    /// Of the output's video.
    private var timeBase: Rational { plan.video.timeBase(in: plan.output.container) }

    /// How far the output is.
    var progress: TranscodeProgress {
        let time = lastTime - times.first
        return TranscodeProgress(
            frames: times.count, seconds: seconds(time, in: plan.video.timeBase), duration: plan.source.duration,
            bytes: muxer.byteCount)
    }

    /// Takes the next access unit in decoding order.
    mutating func add(_ unit: consuming AccessUnit) throws {
        let time = unit.packet.presentationTime ?? 0
        lastTime = time
        if time > times.last { lastDuration = unit.packet.duration }
        times.add(time)
        outputTimes.add(rescale(time, from: plan.video.timeBase, to: timeBase))
        waiting.append(OneShot(unit))
        try write(decodingTimes.add(time))
    }

    /// Takes the next packet of a copied stream.
    mutating func add(copied packet: consuming Packet) throws {
        let stream = packet.streamIndex
        if try muxer.write(packet, of: stream) { copiedPackets += 1 }
    }

    private mutating func write(_ times: [Int64]) throws {
        guard !times.isEmpty else { return }
        let ready = waiting.prefix(times.count)
        waiting.removeFirst(times.count)
        for (slot, time) in zip(ready, times) {
            let unit = slot.take()
            unit.packet.pointer.pointee.dts = time
            let choice = unit.isKeyframe ? samples.add(unit.proof) : nil
            if unit.isKeyframe { live?.expect(samples) }
            try muxer.expect(unit, choice)
            _ = try muxer.write(unit.packet, of: plan.output.mainVideo)
        }
    }

    /// An output that was written and verified.
    struct Output {
        var expectation: OutputExpectation
        var scan: OutputScan
        var bytes: UInt64
        /// Whether the index is before the media data.
        var isFaststart: Bool
        /// Packets at the start of copied streams that were dropped because they are no complete frames, by the
        /// source's stream.
        var fragments: [Int: Int]
    }

    /// Writes the waiting access units and the container's end, and verifies the output.
    ///
    /// - Throws: `ReportedError` of code `verification` if the output differs from what was added.
    mutating func finish() throws -> Output {
        try write(decodingTimes.finish())
        let written = try muxer.finish()
        let expectation = OutputExpectation(
            container: plan.output.container, frames: times.count, timeDigest: outputTimes.digest, timeBase: timeBase,
            firstTime: outputTimes.first, lastTime: outputTimes.last,
            frameDuration: rescale(lastDuration, from: plan.video.timeBase, to: timeBase),
            copiedPackets: copiedPackets, size: plan.video.size, samples: samples)
        let scan = try OutputCheck.verify(written, expectation, cancellation: cancellation)
        return Output(
            expectation: expectation, scan: scan, bytes: muxer.byteCount,
            isFaststart: written.structure.isFaststart, fragments: muxer.fragments)
    }

    /// Bytes of an output that are held back; a smaller MP4 has no unused bytes after its moov box.
    private static let window = 2 << 20

    /// Frames inside x265 at most: lookahead, B-pyramid and frame threads, with the slowest preset's values.
    private static let encoderDelay = 80.0
}
