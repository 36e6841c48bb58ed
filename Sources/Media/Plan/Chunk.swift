import Containers

/// A part of the video that is encoded by itself: a half-open range of presentation times, cut at random access points
/// of the source.
public struct Chunk: Sendable, Hashable, Codable {
    /// From 0, in presentation order.
    public var index: Int
    /// The first PTS, in ticks of the encoded video's time base; nil for the video's start.
    public var start: Int64?
    /// The first PTS after the chunk; nil for the video's end.
    public var end: Int64?
    /// Where the chunk begins in the source; nil for its start.
    var cut: RandomAccessPoint?
    /// Where decoding begins: earlier than `cut`, so that frames that refer to frames before the cut are decodable.
    var entry: RandomAccessPoint?

    /// The whole video.
    public static let whole = Chunk(index: 0, start: nil, end: nil)

    var window: FrameWindow { FrameWindow(start: start, end: end) }
}

extension TranscodePlan {
    /// Whether the video is encoded in several chunks, by any number of workers.
    public var isChunked: Bool { chunks.count > 1 }

    /// Seconds on the output's timeline at which a chunk begins.
    public func start(of chunk: Chunk) -> Double { chunk.start.map { seconds($0, in: video.timeBase) } ?? 0 }

    /// Frames per second of the encoded video.
    public var frameRate: Double { video.frameRate.value }

    /// CPU-seconds for the whole video, about; 0 if its duration is unknown and it has one chunk.
    public var workSeconds: Double {
        // Chunks are about equally long.
        let last = chunks.last.map { start(of: $0) } ?? 0
        let known = last * Double(chunks.count) / Double(max(1, chunks.count - 1))
        return (source.duration ?? known) * frameRate * Chunking.seconds(encodedSize, preset: encoder.preset)
    }

    /// The random access point that decoding of a chunk begins with; nil for the source's start.
    ///
    /// - Parameter leadIn: 1 at the first attempt, then twice as much at each: in chunks.
    func entry(of chunk: Chunk, leadIn: Int) -> RandomAccessPoint? {
        guard leadIn > 1 else { return chunk.entry }
        let earlier = chunk.index - leadIn / 2
        return earlier > 0 ? chunks[earlier].cut : nil
    }
}
