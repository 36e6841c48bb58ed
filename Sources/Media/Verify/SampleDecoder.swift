import CFFmpeg
import Containers
import Findings
import Threads

/// Decodes sampled keyframes of an output, each alone, and holds them against what the encoder and the source say.
struct SampleDecoder {
    /// Beyond this mean difference of brightness, in steps of 8-bit samples, two pictures don't show the same thing:
    /// coding, scaling and deinterlacing stay far below.
    private static let tolerance: Float = 12

    /// The picture's size without padding.
    let size: Resolution
    private(set) var compared = 0

    init(size: Resolution) {
        self.size = size
    }

    /// - Parameters:
    ///   - packet: a keyframe of `stream`, as the output's demuxer gives it.
    ///   - number: the keyframe's, for the error.
    /// - Throws: `ReportedError` of code `verification` where it isn't the picture that went in.
    mutating func check(
        _ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>, number: Int,
        _ sample: FrameProof
    ) throws {
        var decoder = try Decoder(for: stream, frameRate: Rational(25, 1), threads: 1, progress: ProgressCounter())
        var pictures = 0
        func look(_ frame: consuming Frame) throws {
            pictures += 1
            try compare(frame, number, sample)
        }
        try decoder.decode(packet) { try look($0) }
        try decoder.finish { try look($0) }
        guard pictures == 1, decoder.counts.damagedFrames == 0, decoder.counts.undecodablePackets == 0 else {
            throw OutputCheck.failure("keyframe \(number) can't be decoded")
        }
        compared += 1
    }

    private func compare(_ frame: consuming Frame, _ number: Int, _ sample: FrameProof) throws {
        let picture = frame.pointer.pointee
        let coded = Resolution(width: Int(picture.width), height: Int(picture.height))
        guard coded == size.paddedToEven else {
            throw OutputCheck.failure("keyframe \(number) is \(coded), not \(size.paddedToEven)")
        }
        if let reconstruction = sample.reconstructionCRC {
            let planes = [
                (UnsafeRawPointer(picture.data.0), Int(picture.linesize.0)),
                (UnsafeRawPointer(picture.data.1), Int(picture.linesize.1)),
                (UnsafeRawPointer(picture.data.2), Int(picture.linesize.2)),
            ]
            let bytes = frame.format.bitDepth > 8 ? 2 : 1
            guard FrameCRC.of(planes, size: coded, bytesPerSample: bytes) == reconstruction else {
                throw OutputCheck.failure("keyframe \(number) decodes to another picture than the encoder made")
            }
        }
        if let wanted = sample.signature, let found = LumaSignature(of: frame, size: size) {
            guard found.distance(to: wanted) <= Self.tolerance else {
                throw OutputCheck.failure("keyframe \(number) doesn't show what the source shows")
            }
        }
    }
}
