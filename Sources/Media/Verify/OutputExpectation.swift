public import Containers

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
    var size: Resolution
    var samples: VerificationSamples
}
