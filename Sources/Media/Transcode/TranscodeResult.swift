public import Findings

/// The progress of a transcode.
public struct TranscodeProgress: Sendable {
    /// Access units in the output so far.
    public var frames: Int
    /// Seconds of video in the output so far.
    public var seconds: Double
    /// Seconds of the whole video; nil if the source has no duration.
    public var duration: Double?
    /// Bytes of the output so far.
    public var bytes: UInt64

    public init(frames: Int, seconds: Double, duration: Double?, bytes: UInt64) {
        self.frames = frames
        self.seconds = seconds
        self.duration = duration
        self.bytes = bytes
    }
}

/// The outcome of a transcode.
public struct TranscodeResult: Sendable {
    public var statistics: EncodeStatistics
    public var frames: FrameCounts
    /// Of a video that was encoded in several chunks.
    public var chunks: [ChunkSummary] = []
    /// Bytes of the whole output.
    public var bytes: UInt64
    /// Whether the output's index is before its media data.
    public var isFaststart: Bool
    /// Indexes of the source's streams that end with an incomplete packet, in a container without an end marker: a
    /// stopped recording, or a truncated copy.
    public var incompleteEnds: [Int]
    /// Timestamp discontinuities that were removed, such as those between two recordings.
    public var discontinuities: Int
    /// Streams that first appeared after the output's headers were written and are not in the output, by index.
    public var lateStreams: [Int: LateStream]
    /// Packets at the start of copied streams that were dropped because they are no complete frames, by the index of
    /// the source's stream: a recording that starts within a frame.
    public var fragments: [Int: Int]
    /// Packets of LPCM that could not be unpacked, by the index of the source's stream.
    public var notUnpacked: [Int: Int]
    /// The source's streams without packets.
    public var emptyStreams: Set<Int>
    /// What the output must hold; it has been verified against this already.
    public var expectation: OutputExpectation
    /// What the output holds.
    public var output: MediaInfo
    /// Frames of the output that were decoded and compared with the source's.
    public var comparedFrames: Int

    /// - Throws: `ReportedError` of code `library` if frames were lost on their way.
    init(
        _ output: Assembly.Output, _ survey: SourceSurvey, _ statistics: EncodeStatistics, _ frames: FrameCounts
    ) throws(ReportedError) {
        guard frames.decoded == frames.encoded, frames.encoded == frames.written else {
            throw ReportedError(
                .library, .encode,
                "frames decoded: \(frames.decoded), encoded: \(frames.encoded), written: \(frames.written)")
        }
        self.statistics = statistics
        self.frames = frames
        bytes = output.bytes
        isFaststart = output.isFaststart
        incompleteEnds = survey.packets.incompleteEnds
        discontinuities = survey.discontinuities
        lateStreams = survey.streams.unknown
        fragments = output.fragments
        notUnpacked = survey.notUnpacked
        emptyStreams = Set(survey.packets.packets.indices.filter { survey.packets.packets[$0] == 0 })
        expectation = output.expectation
        self.output = output.scan.info
        comparedFrames = output.scan.comparedFrames
    }
}

/// What one chunk contributed to an output.
public struct ChunkSummary: Sendable {
    public var index: Int
    /// Seconds on the output's timeline.
    public var start: Double
    /// nil if it wasn't measured.
    public var quality: QualitySums?
}

/// Counts of frames on their way through the pipeline.
public struct FrameCounts: Sendable, Hashable, Codable {
    /// Frames that the decoder returned.
    public var decoded = 0
    /// Frames that the encoder took.
    public var encoded = 0
    /// Access units that were written.
    public var written = 0
    /// Decoded frames with damage that the decoder concealed.
    public var damaged = 0
    /// Packets that the decoder could not decode.
    public var undecodablePackets = 0
    /// Video packets that the container marks as incomplete.
    public var incompletePackets = 0
    /// Gaps in the timestamps of a constant frame rate, and frames that are missing in them.
    public var gaps = 0
    public var missing = 0
    /// Frames whose timestamp was missing or out of order and was replaced.
    public var retimed = 0
    /// Interlaced frames.
    public var interlaced = 0
    /// Interlaced frames that were deinterlaced.
    public var deinterlaced = 0
    /// Frames of another resolution than the first, which were scaled to it.
    public var resized = 0
    /// Frames whose RPU could not be rescaled: its active area is still the source's.
    public var unscaledRPUs = 0

    /// The sum of both: stages of a pipeline and chunks of a video add up.
    public static func + (one: FrameCounts, other: FrameCounts) -> FrameCounts {
        var sum = one
        sum.decoded += other.decoded
        sum.encoded += other.encoded
        sum.written += other.written
        sum.damaged += other.damaged
        sum.undecodablePackets += other.undecodablePackets
        sum.incompletePackets += other.incompletePackets
        sum.gaps += other.gaps
        sum.missing += other.missing
        sum.retimed += other.retimed
        sum.interlaced += other.interlaced
        sum.deinterlaced += other.deinterlaced
        sum.resized += other.resized
        sum.unscaledRPUs += other.unscaledRPUs
        return sum
    }
}

extension TranscodeResult {
    /// Seconds from the first frame of the output to the end of the last.
    public var videoSeconds: Double {
        seconds(
            expectation.lastTime - expectation.firstTime + expectation.frameDuration, in: expectation.timeBase)
    }

    /// Metadata that the output's container lacks: dispositions, languages and titles of streams, global tags; and
    /// findings about the source's packets.
    ///
    /// - Parameter plan: which of the source's streams are in the output; they keep their order.
    public func losses(_ plan: TranscodePlan) -> [Note] {
        let source = plan.source
        var losses = fragments.sorted { $0.key < $1.key }.map { Note.packetsDroppedAtStart(stream: $0, packets: $1) }
        losses += notUnpacked.sorted { $0.key < $1.key }.map { Note.packetsNotUnpacked(stream: $0, packets: $1) }
        if discontinuities > 0 { losses.append(.timestampDiscontinuities(discontinuities: discontinuities)) }
        losses += lateStreams.sorted { $0.key < $1.key }.map { stream, late in
            .streamLate(stream: stream, streamKind: late.kind.rawValue, codec: late.codec)
        }
        let kept = source.streams.filter { plan.output.kept.contains($0.index) }
        // The MP4 muxer writes no track without packets.
        let empty =
            plan.output.container == .mp4 ? kept.filter { emptyStreams.contains($0.index) && $0.kind != .cover } : []
        losses += empty.map {
            .streamDropped(stream: $0.index, streamKind: $0.kind.rawValue, codec: $0.codec, reason: .empty)
        }
        for (before, after) in pairs(kept.filter { !empty.map(\.index).contains($0.index) }) {
            losses += Self.losses(before, after, titles: plan.output.container == .matroska)
        }
        for (name, value) in source.tags.sorted(by: { $0.key < $1.key })
        where !TagFilter.have(name, value, in: output.tags) {
            losses.append(.tagLost(name: name, value: value))
        }
        return losses
    }

    /// - Parameter titles: whether every FFmpeg version reads stream titles from the output's container.
    private static func losses(_ before: StreamInfo, _ after: StreamInfo, titles: Bool) -> [Note] {
        var losses: [Note] = []
        let dispositions = before.dispositions.filter { !after.dispositions.contains($0) }
        if !dispositions.isEmpty { losses.append(.dispositionsLost(stream: before.index, dispositions: dispositions)) }
        if let language = before.language, language != "und", after.language != language {
            losses.append(.languageLost(stream: before.index, language: language, storedAs: after.language))
        }
        if let layout = before.channelLayout, let stored = after.storedLayout,
            !ChannelLayout.haveSameSpeakers(layout, stored)
        {
            losses.append(.channelLayoutLost(stream: before.index, layout: layout, storedAs: stored))
        }
        if titles, let title = before.title, after.title != title {
            losses.append(.titleLost(stream: before.index, title: title))
        }
        let tags = before.tags.filter { after.tags[$0.key] != $0.value }.keys.sorted()
        if !tags.isEmpty { losses.append(.streamTagsLost(stream: before.index, tags: tags)) }
        return losses
    }

    /// The source's streams, paired with the output's. They keep their order among their kind; muxers add streams for
    /// chapters and timecodes, and put attachments last.
    private func pairs(_ kept: [StreamInfo]) -> [(before: StreamInfo, after: StreamInfo)] {
        let kinds = Set(kept.map(\.kind))
        let pairs = kinds.flatMap { kind in
            let (before, after) = (kept.filter { $0.kind == kind }, output.streams.filter { $0.kind == kind })
            return kind == .data || before.count == after.count ? Array(zip(before, after)) : []
        }
        return pairs.map { (before: $0.0, after: $0.1) }.sorted { $0.before.index < $1.before.index }
    }
}
