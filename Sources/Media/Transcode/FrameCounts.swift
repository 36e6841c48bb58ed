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
