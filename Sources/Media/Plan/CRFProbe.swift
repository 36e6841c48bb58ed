import Glibc

/// What samples of a video give at one CRF.
public struct CRFProbe: Sendable, Hashable, Codable {
    public var crf: Double
    /// The luma's XPSNR in dB, over all spots, and over the worst twelfth of them.
    public var mean: Double
    public var worst: Double
    /// Frames that were encoded for it.
    public var frames: Int
    /// Mean bytes of a keyframe, and of any other frame.
    public var keyframeBytes: Double
    public var frameBytes: Double
    /// CPU time for a frame, and of decoding, filtering and encoding the samples.
    public var frameSeconds: Double
    public var cpuSeconds: Double

    public init(
        crf: Double, mean: Double, worst: Double, frames: Int = 0, keyframeBytes: Double = 0, frameBytes: Double = 0,
        frameSeconds: Double = 0, cpuSeconds: Double = 0
    ) {
        self.crf = crf
        self.mean = mean
        self.worst = worst
        self.frames = frames
        self.keyframeBytes = keyframeBytes
        self.frameBytes = frameBytes
        self.frameSeconds = frameSeconds
        self.cpuSeconds = cpuSeconds
    }
}

extension CRFProbe {
    /// Frames from one keyframe to the next, at most: x265's `keyint`.
    private static let keyframeDistance = 250.0
    /// By how much the bytes of a video usually fall with one CRF, as a natural logarithm.
    private static let bytesPerCRF = 0.12

    /// What the bytes of a video are usually multiplied by if the CRF changes.
    ///
    /// - Parameter difference: from one CRF to the other.
    static func usualBytes(_ difference: Double) -> Double { exp(-bytesPerCRF * difference) }

    /// Mean bytes of a frame of a long video.
    public var bytesPerFrame: Double { frameBytes + (keyframeBytes - frameBytes) / Self.keyframeDistance }

    /// The bytes of the whole video at a CRF near this one.
    ///
    /// - Parameter total: the video's frames.
    func bytes(frames total: Double, crf: Double) -> Double {
        let keys = max(1, total / Self.keyframeDistance)
        let size = frameBytes * max(0, total - keys) + keyframeBytes * keys
        return size * Self.usualBytes(crf - self.crf)
    }
}
