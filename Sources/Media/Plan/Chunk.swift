/// A part of the encoded video: a half-open range of presentation times, cut at random access points of the source.
public struct Chunk: Sendable, Hashable, Codable {
    /// From 0, in presentation order.
    public var index: Int
    /// The first presentation time, in ticks of the encoded video's time base; nil from the beginning on.
    public var start: Int64?
    /// The first presentation time after the chunk; nil to the end.
    public var end: Int64?

    /// The whole video.
    public static let whole = Chunk(index: 0, start: nil, end: nil)
}
