import Synchronization

/// Keyframes of the output that are decoded and looked at before it is published: evenly spread over the whole, and
/// never more than a few.
///
/// The scaler notes what each source picture shows, the muxer settles which keyframes are samples, and whoever reads
/// the output back asks for them by number.
final class VerificationSamples: Sendable {
    /// What a keyframe must turn out to be.
    struct Sample: Sendable {
        /// Checksum of the encoder's own reconstruction; a decoder must come to the very same samples.
        var reconstruction: UInt32?
        /// What the source shows at that time, where that can be told.
        var signature: LumaSignature?
    }

    /// A keyframe that was just made a sample.
    struct Choice {
        /// From 0, in decoding order.
        var keyframe: Int
        /// Only every so many keyframes still are samples.
        var step: Int
    }

    private static let limit = 8

    private struct State {
        /// Of pictures inside the encoder.
        var signatures: [Int64: LumaSignature] = [:]
        var keyframes = 0
        var step = 1
        var samples: [Int: Sample] = [:]
    }

    private let state = Mutex(State())

    /// Keyframes so far.
    var keyframeCount: Int { state.withLock { $0.keyframes } }

    subscript(keyframe: Int) -> Sample? { state.withLock { $0.samples[keyframe] } }

    /// Notes what the source shows at a presentation time.
    func note(_ signature: LumaSignature, at time: Int64) {
        state.withLock { $0.signatures[time] = signature }
    }

    /// Told of every access unit, in decoding order.
    ///
    /// - Returns: the choice, where it is a sample.
    func settle(_ accessUnit: borrowing Packet) -> Choice? {
        let (time, isKeyframe) = (accessUnit.presentationTime, accessUnit.isKeyframe)
        let reconstruction = accessUnit.reconstruction
        return state.withLock { state in
            let signature = time.flatMap { state.signatures.removeValue(forKey: $0) }
            guard isKeyframe else { return nil }
            let number = state.keyframes
            state.keyframes += 1
            guard number % state.step == 0 else { return nil }
            if state.samples.count == Self.limit {
                state.step *= 2
                state.samples = state.samples.filter { $0.key % state.step == 0 }
                guard number % state.step == 0 else { return nil }
            }
            state.samples[number] = Sample(reconstruction: reconstruction, signature: signature)
            return Choice(keyframe: number, step: state.step)
        }
    }
}
