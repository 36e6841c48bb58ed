public import Findings

/// How far a transcode has come.
public struct TranscodeProgress: Sendable {
    /// Access units in the output so far.
    public var frames: Int
    /// Seconds of video in the output so far.
    public var seconds: Double
    /// Seconds of the whole video; nil if the source doesn't say.
    public var duration: Double?
    /// Bytes of the output so far.
    public var bytes: UInt64
}

/// What a transcode did.
public struct TranscodeResult: Sendable {
    public var statistics: EncodeStatistics
    public var frames: FrameCounts
    /// Bytes of the whole output.
    public var bytes: UInt64
    /// Whether a player finds the index before the data.
    public var isIndexInFront: Bool
    /// Indexes of the source's streams that end in the middle of a packet, in a container that has no end of its own: a
    /// recording that was stopped, or a copy that was cut off.
    public var incompleteEnds: [Int]
    /// Timestamp discontinuities that were removed, as from one recording to the next.
    public var discontinuities: Int
    /// Streams that first appeared in the middle of the source and are not in the output, by index.
    public var lateStreams: [Int: LateStream]
    /// Packets at the beginning of copied streams that are not in the output, as they are no whole frames: a recording
    /// that begins in the middle. By the index of the source's stream.
    public var fragments: [Int: Int]
    /// What the output must turn out to hold; what was written has been held against it already.
    public var expectation: OutputExpectation
    /// What the output holds.
    public var output: MediaInfo
    /// Pictures of the output that were decoded and held against the source's.
    public var comparedFrames: Int
}

/// Pictures on their way through the pipeline.
public struct FrameCounts: Sendable, Hashable, Codable {
    /// Pictures that came out of the decoder.
    public var decoded = 0
    /// Pictures that the encoder took.
    public var encoded = 0
    /// Access units that were written.
    public var written = 0
    /// Decoded pictures with damage that the decoder concealed.
    public var damaged = 0
    /// Packets that the decoder could make nothing of.
    public var undecodablePackets = 0
    /// Packets of the video of which the container knows that parts are missing.
    public var incompletePackets = 0
    /// Places where the times of an even rate jump, and pictures that they jump over.
    public var gaps = 0
    public var missing = 0
    /// Pictures whose time was missing or out of order and was set anew.
    public var retimed = 0
    /// Pictures that were coded as two fields.
    public var interlaced = 0
    /// Of these, pictures that were made whole.
    public var deinterlaced = 0
    /// Pictures of another size than the first, which were scaled to it.
    public var resized = 0
    /// Pictures whose Dolby Vision could not be followed to where it speaks of places in the picture.
    public var unscaledRPUs = 0

    /// The counts of both: stages of a pipeline and chunks of a video add up.
    public static func + (one: FrameCounts, other: FrameCounts) -> FrameCounts {
        var sum = one
        for count in all { sum[keyPath: count] += other[keyPath: count] }
        return sum
    }

    private static var all: [WritableKeyPath<FrameCounts, Int>] {
        [
            \.decoded, \.encoded, \.written, \.damaged, \.undecodablePackets, \.incompletePackets, \.gaps, \.missing,
            \.retimed, \.interlaced, \.deinterlaced, \.resized, \.unscaledRPUs,
        ]
    }
}

extension TranscodeResult {
    /// What the output's container says less than the source's: dispositions, languages and titles of streams, tags of
    /// the file; and what the source turned out to hold on the way.
    ///
    /// - Parameter plan: which of the source's streams are in the output; they keep their order.
    public func losses(_ plan: TranscodePlan) -> [Note] {
        let source = plan.source
        var losses = fragments.sorted { $0.key < $1.key }.map { Note.packetsDroppedAtStart(stream: $0, packets: $1) }
        if discontinuities > 0 { losses.append(.timestampDiscontinuities(discontinuities: discontinuities)) }
        losses += lateStreams.sorted { $0.key < $1.key }.map { stream, late in
            .streamLate(stream: stream, streamKind: late.kind.rawValue, codec: late.codec)
        }
        for (before, after) in pairs(source.streams.filter { plan.output.kept.contains($0.index) }) {
            losses += Self.losses(before, after, titles: plan.output.container == .matroska)
        }
        for (name, value) in source.tags.sorted(by: { $0.key < $1.key }) where output.tags[name] != value {
            losses.append(.tagLost(name: name, value: value))
        }
        return losses
    }

    /// - Parameter titles: whether every version of the output's demuxer reads titles of streams.
    private static func losses(_ before: StreamInfo, _ after: StreamInfo, titles: Bool) -> [Note] {
        var losses: [Note] = []
        let dispositions = before.dispositions.filter { !after.dispositions.contains($0) }
        if !dispositions.isEmpty { losses.append(.dispositionsLost(stream: before.index, dispositions: dispositions)) }
        if let language = before.language, language != "und", after.language != language {
            losses.append(.languageLost(stream: before.index, language: language, storedAs: after.language))
        }
        if titles, let title = before.title, after.title != title {
            losses.append(.titleLost(stream: before.index, title: title))
        }
        let tags = before.tags.filter { after.tags[$0.key] != $0.value }.keys.sorted()
        if !tags.isEmpty { losses.append(.streamTagsLost(stream: before.index, tags: tags)) }
        return losses
    }

    /// The streams with what became of them. They keep their order among their kind; muxers add some of their own, for
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
