internal import CFFmpeg

/// Streams that turn up in the middle of a broadcast: an output that is being written has no place for them any more. And
/// videos that take over from the main one.
struct LateStreams {
    private struct Stream {
        var kind: StreamInfo.Kind
        var codec: String
        var start: Double
    }

    private let mainVideo: Int
    private let known: Int
    private var streams: [Int: Stream] = [:]
    private var lastPicture = -Double.infinity

    /// - Parameter known: streams that the source had when it was opened.
    init(_ plan: OutputPlan, known: Int) {
        mainVideo = plan.mainVideo
        self.known = known
    }

    mutating func add(_ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) {
        let index = packet.streamIndex
        guard streams[index] == nil, let time = packet.presentationEnd
        else { return }
        let position = seconds(time, in: Rational(stream.pointee.time_base))
        if index == mainVideo {
            lastPicture = max(lastPicture, position)
        } else {
            let info = StreamInfo(stream.pointee, guessedFrameRate: Rational(0, 1))
            streams[index] = Stream(kind: info.kind, codec: info.codec, start: position)
        }
    }

    /// - Throws: `MediaError` of code `unsupported` if the pictures go on in another stream where the video ends.
    func checkNotContinued() throws(MediaError) {
        let next = streams.first { $0.value.kind == .video && $0.value.start >= lastPicture }
        guard let next else { return }
        throw MediaError(
            .unsupported, .demux,
            "the source's video ends in the middle, and goes on in stream \(next.key) (\(next.value.codec))",
            advice: "cut the source in two there")
    }

    /// Those that nobody knew of when the source was opened: what each carries, by its index.
    var unknown: [Int: String] {
        streams.filter { $0.key >= known }.mapValues { "\($0.codec) \($0.kind.rawValue)" }
    }
}
