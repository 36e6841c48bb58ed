import Containers

/// Makes presentation timestamps strictly increasing: replaces those that are missing or not after the previous one.
struct FrameTimestamps {
    /// The duration of a frame, if its own is unknown.
    private let framePeriod: Int64
    private var last: (time: Int64, duration: Int64)?

    init(timeBase: Rational, frameRate: Rational) {
        framePeriod = usualPeriod(at: frameRate, in: timeBase)
    }

    /// - Parameters:
    ///   - time: the source's PTS in ticks; nil if missing.
    ///   - duration: the source's duration in ticks; 0 if unknown.
    mutating func next(_ time: Int64?, duration: Int64) -> (presentation: Int64, isRepaired: Bool) {
        var presentation = time ?? last.map { $0.time + max(1, $0.duration) } ?? 0
        var isRepaired = time == nil
        if let last, presentation <= last.time {
            presentation = last.time + 1
            isRepaired = true
        }
        last = (presentation, duration > 0 ? duration : framePeriod)
        return (presentation, isRepaired)
    }
}

/// Ticks per frame; of a video that states no frame rate, at 25 frames per second.
private func usualPeriod(at frameRate: Rational, in timeBase: Rational) -> Int64 {
    (frameRate.isKnown ? frameRate : Rational(25, 1)).period(in: timeBase)
}

/// Bounds a frame's duration by the end of its stream.
///
/// MP4 has durations in decoding order: those of reordered frames belong to others, which matters for the last frame
/// shown. Since FFmpeg 8, libavformat passes them on as they are.
struct FrameDurations {
    /// The stream's end in ticks; nil if it is unknown.
    private let end: Int64?
    /// Longer durations are doubtful.
    private let framePeriod: Int64

    init(start: Int64?, duration: Int64, timeBase: Rational, frameRate: Rational) {
        let sum = (start ?? 0).addingReportingOverflow(duration)
        end = start != nil && duration > 0 && !sum.overflow ? sum.partialValue : nil
        framePeriod = usualPeriod(at: frameRate, in: timeBase)
    }

    /// - Parameter duration: the source's duration in ticks; 0 if unknown.
    func bounded(_ duration: Int64, at time: Int64) -> Int64 {
        guard let end, end > time, duration > framePeriod else { return duration }
        // Ends are rounded, to milliseconds in some containers.
        return min(duration, max(framePeriod / 2, end - time))
    }
}

/// Finds gaps in the timestamps of a video with an otherwise constant frame rate: frames are missing there.
struct GapDetector: Sendable, Codable {
    /// Ticks per frame; nil if unknown.
    private let period: Double?
    private var first: Int64?
    private var last: Int64?
    private var steps = 0
    /// Steps of a whole number of frames.
    private var regularSteps = 0
    /// Steps of two frames or more.
    private var gaps = 0
    private var missing = 0

    /// Largest share of the steps that is no whole number of frames: encoders correct their clocks now and then.
    private static let irregularShare = 0.01
    /// Largest share of the steps that is a gap: more mean a variable frame rate.
    private static let gapShare = 0.02

    init(timeBase: Rational, frameRate: Rational) {
        period = frameRate.isKnown && timeBase.isKnown ? 1 / (frameRate.value * timeBase.value) : nil
    }

    /// Adds the next frame's timestamp, in ticks.
    mutating func add(_ time: Int64) {
        if first == nil { first = time }
        if let last { add(stepFrom: last, to: time) }
        last = time
    }

    /// The gaps of both, and the one between them; the other one's frames come after this one's.
    static func + (one: GapDetector, other: GapDetector) -> GapDetector {
        var sum = one
        if let last = one.last, let first = other.first { sum.add(stepFrom: last, to: first) }
        sum.steps += other.steps
        sum.regularSteps += other.regularSteps
        sum.gaps += other.gaps
        sum.missing += other.missing
        sum.first = one.first ?? other.first
        sum.last = other.last ?? one.last
        return sum
    }

    private mutating func add(stepFrom last: Int64, to time: Int64) {
        guard let period else { return }
        let step = Double(time - last)
        steps += 1
        let frames = (step / period).rounded()
        // Timestamps in milliseconds are rounded at both ends of the step.
        guard frames >= 1, abs(step - frames * period) <= max(1.01, period / 10) else { return }
        regularSteps += 1
        if frames >= 2 {
            gaps += 1
            missing += Int(min(frames, 1e9)) - 1
        }
    }

    /// Gaps, and the frames missing in them; nil if there are none, or the frame rate varies, or there are too few frames.
    var found: (gaps: Int, missingFrames: Int)? {
        guard gaps > 0, steps >= 25, Double(steps - regularSteps) <= Double(steps) * Self.irregularShare,
            gaps == 1 || Double(gaps) <= Double(steps) * Self.gapShare
        else { return nil }
        return (gaps, missing)
    }
}
