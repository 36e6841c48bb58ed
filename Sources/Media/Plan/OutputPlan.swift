import CFFmpeg
import Containers
public import Findings

/// Which streams are encoded, copied or dropped, and the output's container.
public struct OutputPlan: Sendable, Codable {
    public var container: Container
    /// The source's stream that is encoded.
    public var mainVideo: Int
    /// The source's streams that are copied bit for bit.
    public var copied: [Int]
    /// The source's streams that the container can't carry.
    public var dropped: [DroppedStream]

    /// The source's streams that are in the output, encoded or copied.
    var kept: [Int] { [mainVideo] + copied }

    /// A stream that doesn't reach the output.
    public struct DroppedStream: Sendable, Hashable, Codable {
        public var index: Int
        public var kind: StreamInfo.Kind
        public var codec: String
        public var reason: Note.DropReason
    }

    /// - Parameters:
    ///   - container: the container to use; nil takes MP4 unless Matroska can carry more.
    ///   - shortFrames: E-AC-3 streams with frames of fewer than six blocks, which MP4 joins into samples.
    /// - Throws: `ReportedError` of code `unsupported` if the requested container would lose a stream that another
    ///   keeps.
    init(_ demuxer: borrowing Demuxer, container requested: Container?, shortFrames: Set<Int> = []) throws {
        try demuxer.checkNotEncrypted()
        mainVideo = try demuxer.mainVideo()
        try demuxer.checkDecodable(mainVideo)
        let others = demuxer.info.streams.filter { [mainVideo] in $0.index != mainVideo }
        let inMP4 = Self.division(of: others, demuxer, in: .mp4, without: shortFrames)
        var best = inMP4
        var chosen = Container.mp4
        let matroska = Self.division(of: others, demuxer, in: .matroska)
        let canSignalStereo = StereoLayout(of: demuxer.stream(mainVideo)).map { $0.canSignal(in: .mp4) } ?? true
        if matroska.lost.count < best.lost.count + (canSignalStereo ? 0 : 1) { (chosen, best) = (.matroska, matroska) }
        if let requested, requested != chosen {
            let own = requested == .matroska ? matroska : inMP4
            if own.lost.count > best.lost.count, let stream = own.lost.first {
                throw ReportedError(
                    .unsupported, .mux,
                    "\(requested.fileExtension) can't carry stream \(stream.index) (\(stream.codec) \(stream.kind.rawValue))",
                    advice: "use container auto or \(chosen.fileExtension)")
            }
            (chosen, best) = (requested, own)
        }
        self.container = chosen
        copied = best.kept
        dropped = best.lost
    }

    private static func division(
        of streams: [StreamInfo], _ demuxer: borrowing Demuxer, in container: Container, without refused: Set<Int> = []
    ) -> (kept: [Int], lost: [DroppedStream]) {
        var kept: [Int] = []
        var lost: [DroppedStream] = []
        for info in streams {
            let stream = demuxer.stream(info.index).pointee
            if let reason = missingParametersReason(info) {
                lost.append(DroppedStream(index: info.index, kind: info.kind, codec: info.codec, reason: reason))
            } else if container.supports(stream, kind: info.kind), !refused.contains(info.index) {
                kept.append(info.index)
            } else if let reason = rederivedReason(stream, info) {
                lost.append(DroppedStream(index: info.index, kind: info.kind, codec: info.codec, reason: reason))
            } else {
                lost.append(
                    DroppedStream(
                        index: info.index, kind: info.kind, codec: info.codec,
                        reason: .unsupportedByContainer(container.fileExtension)))
            }
        }
        return (kept, lost)
    }

    /// Why a stream can't be written: a broadcast's program map may list streams that are not, or not yet, sent; a cover
    /// may be empty.
    private static func missingParametersReason(_ info: StreamInfo) -> Note.DropReason? {
        if info.kind == .cover, info.coverBytes == 0 { return .empty }
        let lacksParameters =
            switch info.kind {
            case .audio: info.sampleRate ?? 0 <= 0 || info.channels ?? 0 <= 0
            case .video: info.size.map { $0.width <= 0 || $0.height <= 0 } ?? true
            case .cover, .subtitle, .attachment, .data: false
            }
        return lacksParameters ? .missingParameters : nil
    }

    /// Why a stream need not be copied: the muxer derives one like it from metadata that is kept.
    private static func rederivedReason(_ stream: AVStream, _ info: StreamInfo) -> Note.DropReason? {
        guard info.kind == .data else { return nil }
        switch stream.codecpar.pointee.codec_tag {
        case reelpress_fourcc(0x74, 0x65, 0x78, 0x74), reelpress_fourcc(0x74, 0x78, 0x33, 0x67):
            return .storedAsChapters
        case reelpress_fourcc(0x74, 0x6d, 0x63, 0x64): return .storedAsTimecode
        default: return nil
        }
    }
}
