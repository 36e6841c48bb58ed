import Containers

/// Gives every picture a time of its own: the source's, unless that is missing or not after the picture before.
struct FrameTimestamps {
    /// Ticks from one picture to the next where nothing better is known.
    private let usualStep: Int64
    private var last: (time: Int64, duration: Int64)?

    init(timeBase: Rational, frameRate: Rational) {
        usualStep = (frameRate.isKnown ? frameRate : Rational(25, 1)).period(in: timeBase)
    }

    /// - Parameters:
    ///   - time: the source's presentation time in ticks, if it has one.
    ///   - duration: the source's duration of the picture in ticks, or 0.
    mutating func time(of time: Int64?, duration: Int64) -> (presentation: Int64, isRepaired: Bool) {
        var presentation = time ?? last.map { $0.time + max(1, $0.duration) } ?? 0
        var isRepaired = time == nil
        if let last, presentation <= last.time {
            presentation = last.time + 1
            isRepaired = true
        }
        last = (presentation, duration > 0 ? duration : usualStep)
        return (presentation, isRepaired)
    }
}
