import Containers

/// Finds places where pictures are missing, in a video that has them at an even rate everywhere else.
struct GapDetector: Sendable {
    /// Ticks from one picture to the next; nil where nothing is known.
    private let period: Double?
    private var last: Int64?
    private var steps = 0
    private var even = 0
    /// Places where the times jump over at least one picture.
    private var jumps = 0
    private var jumped = 0

    /// Share of the steps that may be no whole number of pictures, as of clocks that are corrected now and then.
    private static let unevenShare = 0.01
    /// Share of the steps that may be jumps: more are a rate that varies.
    private static let jumpShare = 0.02

    init(timeBase: Rational, frameRate: Rational) {
        period = frameRate.isKnown && timeBase.isKnown ? 1 / (frameRate.value * timeBase.value) : nil
    }

    /// Takes the next picture's time, in ticks.
    mutating func add(_ time: Int64) {
        defer { last = time }
        guard let period, let last else { return }
        let step = Double(time - last)
        steps += 1
        let pictures = (step / period).rounded()
        // Times in milliseconds are rounded, at either end.
        guard pictures >= 1, abs(step - pictures * period) <= max(1.01, period / 10) else { return }
        even += 1
        if pictures >= 2 {
            jumps += 1
            jumped += Int(min(pictures, 1e9)) - 1
        }
    }

    /// Jumps and the pictures that they leave out; nil where the rate varies all the same, or too little is known.
    var found: (places: Int, pictures: Int)? {
        guard jumps > 0, steps >= 25, Double(steps - even) <= Double(steps) * Self.unevenShare,
            jumps == 1 || Double(jumps) <= Double(steps) * Self.jumpShare
        else { return nil }
        return (jumps, jumped)
    }
}
