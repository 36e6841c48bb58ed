public import Containers

/// What an output must hold to be whole.
public struct OutputExpectation: Sendable {
    public var container: Container
    /// Access units of the video.
    public var frames: Int
    /// Sum over the mixed bits of every PTS: the same for the same timestamps in any order.
    public var timeDigest: UInt64
    /// The time base of the timestamps.
    public var timeBase: Rational
    /// The lowest and the highest PTS, in ticks.
    public var firstTime: Int64
    public var lastTime: Int64
    /// Ticks that the last frame is shown.
    public var frameDuration: Int64
    /// Packets of all copied streams together, without covers.
    public var copiedPackets: Int
    /// The frames' resolution without padding.
    var size: Resolution
    var samples: VerificationSamples
}

/// The keyframes of an output that are decoded and compared before it is published: evenly spread over the whole, and
/// never more than a few.
public struct VerificationSamples: Sendable, Equatable {
    /// A keyframe that has just become a sample.
    struct Choice: Equatable {
        /// From 0, in decoding order.
        var keyframe: Int
        /// Keyframes whose number is no multiple of this are samples no longer.
        var step: Int
    }

    private static let limit = 8

    /// Keyframes so far.
    private(set) var keyframeCount = 0
    private var step = 1
    private var proofs: [Int: FrameProof] = [:]

    /// Samples so far.
    var count: Int { proofs.count }

    /// What a keyframe must decode to; nil if it is no sample.
    subscript(keyframe: Int) -> FrameProof? { proofs[keyframe] }

    /// Counts a keyframe, which may become a sample. Keyframes come in decoding order.
    ///
    /// - Returns: the choice, if it became one.
    mutating func add(_ proof: FrameProof) -> Choice? {
        let number = keyframeCount
        keyframeCount += 1
        guard number % step == 0 else { return nil }
        if proofs.count == Self.limit {
            step *= 2
            proofs = proofs.filter { $0.key % step == 0 }
            guard number % step == 0 else { return nil }
        }
        proofs[number] = proof
        return Choice(keyframe: number, step: step)
    }
}

/// The number of PTS, their range, and a digest that does not depend on their order.
struct TimestampDigest: Sendable, Codable, Hashable {
    private(set) var count = 0
    private(set) var digest: UInt64 = 0
    private(set) var first = Int64.max
    private(set) var last = Int64.min

    mutating func add(_ time: Int64) {
        count += 1
        digest &+= Self.mixed(UInt64(bitPattern: time))
        first = min(first, time)
        last = max(last, time)
    }

    /// The finalizer of SplitMix64: close timestamps get distant values.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// The digest of both sets of timestamps: chunks of one video add up.
    static func + (one: TimestampDigest, other: TimestampDigest) -> TimestampDigest {
        var sum = one
        sum.count += other.count
        sum.digest &+= other.digest
        sum.first = min(one.first, other.first)
        sum.last = max(one.last, other.last)
        return sum
    }
}
