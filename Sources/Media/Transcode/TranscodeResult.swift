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
