import Findings
import JobReport

/// Whether an attempt can end before its time-out. Pure; times are seconds since the attempt began.
struct TimeForecast {
    private struct Sample {
        /// Seconds of encoding, without pauses.
        var active: Double
        /// From 0 to 1.
        var share: Double
    }

    private let limit: TimeLimit
    private var lastTime: Double?
    private var active = 0.0
    /// The first sample, and then those of the last `minSeconds`, in order.
    private var samples: [Sample] = []

    /// Samples in `minSeconds`.
    private static let resolution = 5.0
    /// A gap in the progress as long as this share of `minSeconds` is a pause (the network was away), not the rate.
    private static let pause = 0.1

    init(_ limit: TimeLimit) { self.limit = limit }

    /// Takes the progress of the encode.
    ///
    /// - Parameters:
    ///   - share: of the video that is encoded, from 0 to 1.
    ///   - time: since the attempt began.
    /// - Returns: the error of a job that can't end in time; nil if it can, or if it is too early to know.
    mutating func note(_ share: Double, at time: Double) -> ReportedError? {
        let step = time - (lastTime ?? time)
        lastTime = time
        if step < limit.minSeconds * Self.pause { active += step }
        let current = Sample(active: active, share: share)
        guard let first = samples.first, let last = samples.last else {
            samples = [current]
            return nil
        }
        guard current.active - last.active >= limit.minSeconds / Self.resolution else { return nil }
        samples.append(current)
        if samples.count > Int(Self.resolution) + 2 { samples.remove(at: 1) }
        guard current.active - first.active >= limit.minSeconds, share >= limit.minShare, share < 1 else { return nil }
        // The faster one: a slow start must not decide about the rest.
        let rate = max(Self.rate(first, current), Self.rate(samples[1], current))
        guard rate > 0 else { return nil }
        let whole = time + (1 - share) / rate
        guard whole > limit.seconds * limit.margin else { return nil }
        let percent = NumberFormat.decimals(share * 100, 0)
        return ReportedError(
            .tooSlow, .encode,
            "\(percent) % of the video took \(NumberFormat.clock(time)): all of it would take about "
                + "\(NumberFormat.clock(whole)), but the job's time-out is \(NumberFormat.clock(limit.seconds))",
            advice: "raise JobTimeout, or choose a larger WorkerSize or a faster Preset")
    }

    private static func rate(_ one: Sample, _ other: Sample) -> Double {
        other.active > one.active ? (other.share - one.share) / (other.active - one.active) : 0
    }
}
