import CFFmpeg
import Containers
import Findings
import Threads

/// Decodes the main video and judges its damage.
struct VideoDecoding: ~Copyable, Sendable {
    private var decoder: Decoder
    private var incompletePackets = 0
    private let limits: SourceLimits
    private var packetsWithoutFrame = 0

    /// - Parameter window: the frames that count.
    init(
        _ stream: UnsafeMutablePointer<AVStream>, frameRate: Rational, _ settings: TranscodeSettings,
        window: FrameWindow = .whole, progress: ProgressCounter
    ) throws {
        decoder = try Decoder(
            for: stream, frameRate: frameRate, threads: settings.threads, window: window, limits: settings.limits,
            progress: progress)
        limits = settings.limits
    }

    /// Whether frames that no other refers to are left out, from the next packet on.
    var decodesOnlyReferences: Bool {
        get { decoder.decodesOnlyReferences }
        set { decoder.decodesOnlyReferences = newValue }
    }

    /// Decodes one packet and hands over the frames that are ready.
    ///
    /// - Parameters:
    ///   - isCounted: whether the packet is one of those that count.
    ///   - seconds: seconds of video that were read so far.
    /// - Throws: `ReportedError` of code `limit` for a source of too many packets without a frame, or too many frames.
    mutating func decode(
        _ packet: borrowing Packet, isCounted: Bool = true, secondsRead seconds: Double,
        emit: (consuming Frame) throws -> Void
    ) throws {
        if isCounted, packet.isIncomplete { incompletePackets += 1 }
        if packet.isEmpty { return }
        let before = decoder.outputFrames
        try decoder.decode(packet, emit: emit)
        packetsWithoutFrame = decoder.outputFrames > before ? 0 : packetsWithoutFrame + 1
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
    func complete(_ first: inout FirstFrame) {
        first.isFieldCoded = decoder.counts.wovenFrames > 0
        first.fieldDistance = decoder.fieldDistance
    }

    /// What was decoded, after `finish`.
    ///
    /// - Parameter loggedErrors: errors that the demuxer logged.
    func survey(loggedErrors: Int) -> DecodingSurvey {
        DecodingSurvey(
            counts: decoder.counts, gaps: decoder.gaps, incompletePackets: incompletePackets,
            undecodableBeforeFirstFrame: decoder.undecodableBeforeFirstFrame, loggedErrors: loggedErrors)
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
