import CFFmpeg
import Containers
import Findings

/// What was found in an output by reading it from its first to its last packet.
struct OutputScan: Sendable {
    let info: MediaInfo
    /// The presentation times of the video's pictures.
    private(set) var times = TimestampDigest()
    private(set) var keyframes = 0
    private(set) var copiedPackets = 0
    /// Keyframes that were decoded and found right.
    private(set) var comparedFrames = 0

    /// Which bytes of an output are there to be decoded.
    enum Extent {
        /// All of them.
        case everything
        /// Those that the structure keeps.
        case kept(SparseOutput)
    }

    /// - Parameters:
    ///   - sample: what a keyframe must turn out to be, by its number; nil for one that is no sample.
    ///   - size: the frames' resolution without padding.
    ///   - timeBase: the ticks to count presentation times in.
    /// - Throws: `ReportedError` of code `verification` where it isn't whole; what the source threw.
    init(
        _ demuxer: borrowing Demuxer, _ extent: Extent, sample: (Int) -> FrameProof?, size: Resolution,
        timeBase: Rational
    ) throws {
        info = demuxer.info
        let video = try OutputCheck.video(of: info)
        var decoder = SampleDecoder(size: size)
        while let packet = try demuxer.read() {
            let bytes = packet.byteRange
            if case .kept(let structure) = extent, let bytes, packet.streamIndex == video.index {
                guard structure.data.lowerBound <= bytes.lowerBound, bytes.upperBound <= structure.data.upperBound
                else { throw OutputCheck.failure("its index leads to bytes \(bytes), outside of its data") }
            }
            guard packet.streamIndex == video.index else {
                copiedPackets += 1
                continue
            }
            guard let time = packet.presentationTime else { throw OutputCheck.failure("a picture has no time") }
            times.add(rescale(time, from: video.timeBase, to: timeBase))
            guard packet.isKeyframe else { continue }
            if let proof = sample(keyframes), extent.holds(bytes) {
                try decoder.check(packet, of: demuxer.stream(video.index), number: keyframes, proof)
            }
            keyframes += 1
        }
        comparedFrames = decoder.compared
    }
}

extension OutputScan.Extent {
    func holds(_ bytes: Range<UInt64>?) -> Bool {
        switch self {
        case .everything: true
        case .kept(let structure): bytes.map(structure.keeps) ?? false
        }
    }
}
