import CFFmpeg
import Containers
import Findings
import Threads

/// Decodes the main video and judges its damage.
struct VideoDecoding: ~Copyable, Sendable {
    private var decoder: Decoder
    private var damage: DamageCheck
    private let limits: SourceLimits
    private var packetsWithoutFrame = 0

    init(
        _ stream: UnsafeMutablePointer<AVStream>, frameRate: Rational, _ settings: TranscodeSettings,
        progress: ProgressCounter
    ) throws {
        decoder = try Decoder(
            for: stream, frameRate: frameRate, threads: settings.threads, limits: settings.limits, progress: progress)
        damage = DamageCheck(tolerance: settings.damageTolerance)
        limits = settings.limits
    }

    /// Decodes one packet and hands over the frames that are ready.
    ///
    /// - Parameter seconds: seconds of video that were read so far.
    /// - Throws: `ReportedError` of code `limit` for a source of too many packets without a frame, or too many frames.
    mutating func decode(
        _ packet: borrowing Packet, secondsRead seconds: Double, emit: (consuming Frame) throws -> Void
    ) throws {
        damage.add(packet)
        if packet.isEmpty { return }
        let before = decoder.counts.frames
        try decoder.decode(packet, emit: emit)
        packetsWithoutFrame = decoder.counts.frames > before ? 0 : packetsWithoutFrame + 1
        guard packetsWithoutFrame <= limits.packetsWithoutFrame else {
            throw ReportedError.limit(
                .decode, "\(packetsWithoutFrame) packets of its video in a row gave no frame",
                advice: "check that it plays, then upload it again")
        }
        try limits.check(frames: decoder.counts.frames, over: seconds)
    }

    /// Hands over the frames that are still inside the decoder.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        try decoder.finish(emit: emit)
    }

    /// Completes the first frame's properties, once it was decoded.
    mutating func begin(_ first: inout FirstFrame) {
        damage.begin(decoder.counts)
        first.isFieldCoded = decoder.counts.wovenFrames > 0
        first.fieldDistance = decoder.fieldDistance
    }

    /// Checks the damage of the whole video.
    ///
    /// - Parameter loggedErrors: errors that the demuxer logged.
    /// - Returns: the counts of what was decoded.
    /// - Throws: `ReportedError` of code `damagedSource` if more is damaged than is tolerated.
    mutating func end(loggedErrors: Int) throws -> FrameCounts {
        let decoded = decoder.counts
        damage.end(decoder.gaps, loggedErrors: loggedErrors, decoded)
        try damage.check(decoded)
        var counts = FrameCounts()
        counts.decoded = decoded.frames
        counts.damaged = decoded.damagedFrames
        counts.undecodablePackets = decoded.undecodablePackets
        counts.incompletePackets = damage.incompletePackets
        counts.gaps = damage.gaps
        counts.missing = damage.missingFrames
        counts.retimed = decoded.retimedFrames
        counts.interlaced = decoded.interlacedFrames
        return counts
    }

    /// The error for a video without a decoded frame.
    var noFrame: ReportedError {
        decoder.counts.undecodablePackets > 0
            ? ReportedError(
                .damagedSource, .decode,
                "the source's video has no frame that can be decoded, or only frames over the size limit",
                advice: "check that it plays, then upload it again")
            : ReportedError(
                .noVideo, .decode, "the source's video stream holds no frames",
                advice: "remove it from the input folder")
    }
}
