/// A half-open range of PTS in ticks: the frames that a chunk consists of.
struct FrameWindow: Sendable, Hashable {
    /// nil for the video's start.
    var start: Int64?
    /// nil for the video's end.
    var end: Int64?

    /// The whole video.
    static let whole = FrameWindow(start: nil, end: nil)

    enum Place: Sendable, Equatable {
        case before, inside, after
    }

    func place(of time: Int64) -> Place {
        if let start, time < start { return .before }
        if let end, time >= end { return .after }
        return .inside
    }
}
