import CFFmpeg
import Containers
import Findings

/// The contents of an output, read from its first to its last packet.
struct OutputScan: Sendable {
    let info: MediaInfo
    /// The PTS of the video's frames.
    private(set) var times = TimestampDigest()
    private(set) var keyframes = 0
    private(set) var copiedPackets = 0
    /// Keyframes that were decoded and matched their proof.
    private(set) var comparedFrames = 0

    /// Which bytes of an output can be decoded.
    enum Extent {
        /// All bytes.
        case everything
        /// The bytes that the structure retains.
        case retained(SparseOutput)
    }

    /// - Parameters:
    ///   - sample: what a keyframe must decode to, by its number; nil for one that is no sample.
    ///   - size: the frames' resolution without padding.
    ///   - timeBase: the time base for the digest of timestamps.
    /// - Throws: `ReportedError` of code `verification` if it isn't complete; what the source threw.
    init(
        _ demuxer: borrowing Demuxer, _ extent: Extent, sample: (Int) -> FrameProof?, size: Resolution,
        timeBase: Rational
    ) throws {
        info = demuxer.info
        let video = try OutputCheck.video(of: info)
        var decoder = SampleDecoder(size: size)
        while let packet = try demuxer.read() {
            let bytes = packet.byteRange
            if case .retained(let structure) = extent, let bytes, packet.streamIndex == video.index {
                guard structure.data.lowerBound <= bytes.lowerBound, bytes.upperBound <= structure.data.upperBound
                else { throw OutputCheck.failure("its index refers to bytes \(bytes), outside its media data") }
            }
            guard packet.streamIndex == video.index else {
                copiedPackets += 1
                continue
            }
            guard let time = packet.presentationTime else { throw OutputCheck.failure("a frame has no timestamp") }
            times.add(rescale(time, from: video.timeBase, to: timeBase))
            guard packet.isKeyframe else { continue }
            if let proof = sample(keyframes), extent.contains(bytes) {
                try decoder.check(packet, of: demuxer.stream(video.index), number: keyframes, proof)
            }
            keyframes += 1
        }
        comparedFrames = decoder.compared
    }
}

extension OutputScan.Extent {
    func contains(_ bytes: Range<UInt64>?) -> Bool {
        switch self {
        case .everything: true
        case .retained(let structure): bytes.map(structure.retains) ?? false
        }
    }
}
