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

    /// What a keyframe must turn out to be; nil where it is no sample.
    subscript(keyframe: Int) -> FrameProof? { proofs[keyframe] }

    /// Counts a keyframe, which may become a sample. Keyframes come in decoding order.
    ///
    /// - Returns: the choice, where it became one.
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
