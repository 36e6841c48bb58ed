/// The quality of many frames: sums and counts, so that chunks add up to the whole video.
public struct QualitySums: Sendable, Hashable, Codable {
    /// Frames that were measured.
    public private(set) var frames = 0
    /// Sums of the frames' errors.
    private var luma = 0.0
    private var cb = 0.0
    private var cr = 0.0
    /// Frames by their XPSNR, in steps of `Self.step`.
    private var histogram: [Int: Int] = [:]
    /// The frame with the largest error.
    public private(set) var worst: TimedQuality?
    /// What the video's seconds hold, by their number from 0.
    public private(set) var seconds: [Int: QualitySpan] = [:]

    /// The width of one class of the histogram, in dB.
    private static let step = 0.05

    public init() {}

    /// - Parameters:
    ///   - time: seconds from the output's start.
    ///   - bytes: of the access unit.
    public mutating func add(_ frame: FrameQuality, at time: Double, bytes: Int) {
        frames += 1
        luma += frame.luma
        cb += frame.cb
        cr += frame.cr
        histogram[Int((frame.xpsnr / Self.step).rounded(.down)), default: 0] += 1
        let timed = TimedQuality(time: time, error: frame.luma)
        worst = Self.worse(worst, timed)
        let span = QualitySpan(frames: 1, error: frame.luma, worst: frame.luma, bytes: UInt64(max(0, bytes)))
        seconds[Int(time.rounded(.down)), default: QualitySpan()] += span
    }

    public static func + (one: QualitySums, other: QualitySums) -> QualitySums {
        var sum = one
        sum.frames += other.frames
        sum.luma += other.luma
        sum.cb += other.cb
        sum.cr += other.cr
        sum.histogram.merge(other.histogram, uniquingKeysWith: +)
        sum.worst = worse(one.worst, other.worst)
        sum.seconds.merge(other.seconds) { $0 + $1 }
        return sum
    }

    /// The earlier one of two that are equal, so that the order of a sum does not matter.
    private static func worse(_ one: TimedQuality?, _ other: TimedQuality?) -> TimedQuality? {
        guard let one, let other else { return one ?? other }
        if one.error == other.error { return one.time <= other.time ? one : other }
        return one.error > other.error ? one : other
    }

    /// The luma's XPSNR over all frames, in dB: of the mean error, as FFmpeg's filter computes it.
    public var mean: Double { mean(luma) }
    /// The same for the chroma planes.
    public var meanCb: Double { mean(cb) }
    public var meanCr: Double { mean(cr) }

    /// Of the frames' access units.
    public var bytes: UInt64 { seconds.values.reduce(0) { $0 + $1.bytes } }

    private func mean(_ sum: Double) -> Double { FrameQuality.decibels(sum / Double(max(1, frames))) }

    /// The luma's XPSNR in dB that a share of the frames does not exceed, to the middle of a class of the histogram.
    ///
    /// - Parameter share: 0 to 1.
    /// - Returns: nil without frames.
    public func percentile(_ share: Double) -> Double? {
        var left = max(1, Int((share * Double(frames)).rounded(.up)))
        for (value, count) in histogram.sorted(by: { $0.key < $1.key }) {
            left -= count
            if left <= 0 { return min(FrameQuality.best, (Double(value) + 0.5) * Self.step) }
        }
        return nil
    }

    /// The seconds in spans of several, at most `limit` of them, in order.
    public func timeline(limit: Int) -> (length: Int, spans: [Int: QualitySpan]) {
        guard let first = seconds.keys.min(), let last = seconds.keys.max() else { return (1, [:]) }
        let length = max(1, (last - min(0, first) + limit) / limit)
        var spans: [Int: QualitySpan] = [:]
        for (second, span) in seconds {
            spans[Int((Double(second) / Double(length)).rounded(.down)), default: QualitySpan()] += span
        }
        return (length, spans)
    }
}

/// A frame's error and time.
public struct TimedQuality: Sendable, Hashable, Codable {
    /// Seconds from the output's start.
    public var time: Double
    /// See `FrameQuality`.
    public var error: Double

    /// The luma's XPSNR in dB.
    public var xpsnr: Double { FrameQuality.decibels(error) }
}

/// The frames of a span of time.
public struct QualitySpan: Sendable, Hashable, Codable {
    public var frames = 0
    /// The sum, and the largest, of the frames' luma errors.
    var error = 0.0
    var worst = 0.0
    /// Of the frames' access units.
    public var bytes: UInt64 = 0

    /// The luma's XPSNR of the frames in dB.
    public var mean: Double { FrameQuality.decibels(error / Double(max(1, frames))) }
    /// Of the worst frame.
    public var lowest: Double { FrameQuality.decibels(worst) }

    static func + (one: QualitySpan, other: QualitySpan) -> QualitySpan {
        QualitySpan(
            frames: one.frames + other.frames, error: one.error + other.error, worst: max(one.worst, other.worst),
            bytes: one.bytes + other.bytes)
    }

    static func += (one: inout QualitySpan, other: QualitySpan) { one = one + other }
}
