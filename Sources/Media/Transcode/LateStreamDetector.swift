import CFFmpeg
import Containers
import Findings

/// Detects streams that first appear after the output's header was written, and video streams that continue where the
/// main one stops (MPEG-TS/PS).
struct LateStreamDetector {
    private struct Stream {
        var kind: StreamInfo.Kind
        var codec: String
        var start: Double
    }

    private let mainVideo: Int
    private let known: Int
    /// Other containers list their streams for the whole of the time.
    private let isBroadcast: Bool
    private var streams: [Int: Stream] = [:]
    private var firstPicture = Double.infinity
    private var lastPicture = -Double.infinity

    /// - Parameter source: as it was when it was opened.
    init(_ plan: OutputPlan, in source: MediaInfo) {
        mainVideo = plan.mainVideo
        known = source.streams.count
        isBroadcast = source.sourceContainer.isMPEGSystems
    }

    mutating func add(_ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) {
        let index = packet.streamIndex
        let timeBase = Rational(stream.pointee.time_base)
        if index == mainVideo {
            guard let end = packet.presentationEnd.map({ seconds($0, in: timeBase) }) else { return }
            (firstPicture, lastPicture) = (min(firstPicture, end), max(lastPicture, end))
        } else if streams[index] == nil, let start = packet.presentationTime {
            let info = StreamInfo(stream.pointee, guessedFrameRate: Rational(0, 1))
            streams[index] = Stream(kind: info.kind, codec: info.codec, start: seconds(start, in: timeBase))
        }
    }

    /// - Throws: `ReportedError` of code `unsupported` if the pictures go on in another stream where the video ends.
    func checkNotContinued() throws(ReportedError) {
        // A second of both may be there, as the last pictures of one are sent beside the first of the other.
        let change = max(lastPicture - 1, (firstPicture + lastPicture) / 2)
        guard isBroadcast, let next = streams.first(where: { $0.value.kind == .video && $0.value.start >= change })
        else { return }
        throw ReportedError(
            .unsupported, .demux,
            "the source's video ends in the middle, and goes on in stream \(next.key) (\(next.value.codec))",
            advice: "cut the source in two there")
    }

    /// The streams that were unknown when the source was opened, by index.
    var unknown: [Int: LateStream] {
        streams.filter { $0.key >= known }.mapValues { LateStream(kind: $0.kind, codec: $0.codec) }
    }
}

/// A stream that first appears in the middle of a source.
public struct LateStream: Sendable, Hashable {
    public var kind: StreamInfo.Kind
    /// libavcodec's name.
    public var codec: String
}
