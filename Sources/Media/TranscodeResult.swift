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
    /// Places where the source's clock jumped, as from one recording to the next; the output's times go on there.
    public var clockJumps: Int
    /// Streams that turned up in the middle of the source, and are not in the output: what each carries, by its index.
    public var lateStreams: [Int: String]
    /// Packets at the beginning of copied streams that are not in the output, as they are no whole frames: a recording
    /// that begins in the middle. By the index of the source's stream.
    public var fragments: [Int: Int]
    /// What the output must turn out to hold; what was written has been held against it already.
    public var expectation: OutputExpectation
    /// What the output holds.
    public var output: MediaInfo
    /// Pictures of the output that were decoded and held against the source's.
    public var comparedPictures: Int
}

/// Pictures on their way through the pipeline.
public struct FrameCounts: Sendable, Hashable {
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
    public var stalePlaces = 0
}

/// What an output must hold to be whole.
public struct OutputExpectation: Sendable {
    public var container: Container
    /// Access units of the video.
    public var frames: Int
    /// Sum over all presentation times, each mixed: the same for the same times, in any order.
    public var timeDigest: UInt64
    /// Ticks of the presentation times.
    public var timeBase: Rational
    /// First and last presentation time, in ticks.
    public var firstTime: Int64
    public var lastTime: Int64
    /// Ticks from one picture to the next, at the usual frame rate.
    public var frameDuration: Int64
    /// Packets of all copied streams together, without covers.
    public var copiedPackets: Int
    /// The picture's size without padding.
    var size: PictureSize
    let samples: PictureSamples
}
