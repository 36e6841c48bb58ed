import CFFmpeg
import Containers
import Findings

/// When each stream of a source begins: finds streams that first appear after the output's header was written, and video
/// streams that continue where the main one stops (MPEG-TS/PS). Chunks of one source add up.
struct StreamSurvey: Sendable, Codable, Equatable {
    private struct Stream: Sendable, Codable, Equatable {
        var kind: StreamInfo.Kind
        var codec: String
        /// Seconds.
        var start: Double
    }

    private let mainVideo: Int
    private let known: Int
    /// Only MPEG-TS and PS streams may appear later; other containers list all streams in their headers.
    private let isBroadcast: Bool
    /// The streams besides the main video, by index.
    private var streams: [Int: Stream] = [:]
    /// The ends of the main video's packets in seconds, the lowest and the highest.
    private var firstFrame: Double?
    private var lastFrame: Double?

    /// - Parameter source: the source's streams as they were when it was opened.
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
            (firstFrame, lastFrame) = (min(firstFrame ?? end, end), max(lastFrame ?? end, end))
        } else if streams[index] == nil, let start = packet.presentationTime {
            let info = StreamInfo(stream.pointee, guessedFrameRate: Rational(0, 1))
            streams[index] = Stream(kind: info.kind, codec: info.codec, start: seconds(start, in: timeBase))
        }
    }

    /// - Throws: `ReportedError` of code `unsupported` if another video stream continues where the main one stops.
    func checkNotContinued() throws(ReportedError) {
        guard isBroadcast, let firstFrame, let lastFrame else { return }
        // The streams may overlap by a second: the last frames of one are interleaved with the first of the other.
        let change = max(lastFrame - 1, (firstFrame + lastFrame) / 2)
        guard let next = streams.first(where: { $0.value.kind == .video && $0.value.start >= change })
        else { return }
        throw ReportedError(
            .unsupported, .demux,
            "the source's video ends early and continues in stream \(next.key) (\(next.value.codec))",
            advice: "cut the source in two there")
    }

    /// The survey of both; the other one's packets come after this one's.
    static func + (one: StreamSurvey, other: StreamSurvey) -> StreamSurvey {
        var sum = one
        sum.streams.merge(other.streams) { first, _ in first }
        sum.firstFrame = [one.firstFrame, other.firstFrame].compactMap(\.self).min()
        sum.lastFrame = [one.lastFrame, other.lastFrame].compactMap(\.self).max()
        return sum
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
