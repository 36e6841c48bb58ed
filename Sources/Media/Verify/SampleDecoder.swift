import CFFmpeg
import Containers
import Findings
import Threads

/// Decodes sampled keyframes of an output, each on its own, and compares them with the encoder's and the source's
/// frames.
struct SampleDecoder {
    /// Two frames with a larger mean difference of luma, in 8-bit steps, don't show the same content: coding, scaling
    /// and deinterlacing stay far below.
    private static let tolerance: Float = 12

    /// The frames' resolution without padding.
    let size: Resolution
    private(set) var compared = 0

    init(size: Resolution) {
        self.size = size
    }

    /// - Parameters:
    ///   - packet: a keyframe of `stream`, as the output's demuxer gives it.
    ///   - number: the keyframe's, for the error.
    ///   - sample: what it must decode to.
    /// - Throws: `ReportedError` of code `verification` if it decodes to another frame.
    mutating func check(
        _ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>, number: Int,
        _ sample: FrameProof
    ) throws {
        var decoder = try Decoder(for: stream, frameRate: Rational(25, 1), threads: 1, progress: ProgressCounter())
        var frames = 0
        func count(_ frame: consuming Frame) throws {
            frames += 1
            try compare(frame, number, sample)
        }
        try decoder.decode(packet) { try count($0) }
        try decoder.finish { try count($0) }
        guard frames == 1, decoder.counts.damagedFrames == 0, decoder.counts.undecodablePackets == 0 else {
            throw OutputCheck.failure("keyframe \(number) can't be decoded")
        }
        compared += 1
    }

    private func compare(_ frame: consuming Frame, _ number: Int, _ sample: FrameProof) throws {
        let fields = frame.pointer.pointee
        let coded = Resolution(width: Int(fields.width), height: Int(fields.height))
        guard coded == size.paddedToEven else {
            throw OutputCheck.failure("keyframe \(number) is \(coded), not \(size.paddedToEven)")
        }
        if let reconstruction = sample.reconstructionCRC {
            let planes = [
                (UnsafeRawPointer(fields.data.0), Int(fields.linesize.0)),
                (UnsafeRawPointer(fields.data.1), Int(fields.linesize.1)),
                (UnsafeRawPointer(fields.data.2), Int(fields.linesize.2)),
            ]
            let bytes = frame.format.bitDepth > 8 ? 2 : 1
            guard FrameCRC.of(planes, size: coded, bytesPerSample: bytes) == reconstruction else {
                throw OutputCheck.failure("keyframe \(number) decodes to other samples than the encoder's")
            }
        }
        if let wanted = sample.signature, let found = LumaSignature(of: frame, size: size) {
            guard found.distance(to: wanted) <= Self.tolerance else {
                throw OutputCheck.failure("keyframe \(number) doesn't show the source's frame")
            }
        }
    }
}
