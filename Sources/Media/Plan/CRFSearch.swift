/// Finds the highest CRF at which a video holds a target of quality, from a few tries on samples of it.
///
/// A pure value: `next` says what to try, `add` takes the result.
///
/// Source: x265 documentation, `--crf`.
public struct CRFSearch: Sendable {
    public enum Step: Sendable, Equatable {
        case probe(crf: Double)
        case done(CRFChoice)
    }

    /// The CRFs that are chosen from, and their distance.
    public static let range = 23.0...28.0
    private static let step = 0.25
    /// By how much the XPSNR of a video usually falls with one CRF, in dB, and the least and the most that is believed.
    static let usualSlope = 0.5
    private static let slopes = 0.2...1.2
    /// By how much the worst spot may be below the target, in dB.
    private static let worstAllowance = 3.0
    /// So near a try, its line is believed without another.
    private static let near = 0.5

    private let target: Double
    private let maxProbes: Int
    /// The first to try.
    private let first: Double
    /// By CRF.
    private var probes: [CRFProbe] = []

    /// - Parameters:
    ///   - target: of the mean XPSNR, in dB.
    ///   - maxProbes: tries at most, 1 or more.
    ///   - first: the first CRF to try.
    public init(target: Double, maxProbes: Int, first: Double = 25.5) {
        self.target = target
        self.maxProbes = max(1, maxProbes)
        self.first = first
    }

    public var next: Step {
        guard !probes.isEmpty else { return .probe(crf: first) }
        let held = held
        let crf = held ?? Self.range.lowerBound
        guard isCertain(crf) || probes.count >= maxProbes else { return .probe(crf: crf) }
        let means = Curve(probes.map { ($0.crf, $0.mean) }, usualSlope: Self.usualSlope, slopes: Self.slopes)
        return .done(
            CRFChoice(
                target: target, crf: crf, isReached: held != nil, expected: means.value(at: crf), probes: probes))
    }

    /// The highest CRF that holds the target, as far as the tries tell it; nil if none does.
    private var held: Double? {
        let margins = Curve(probes.map { ($0.crf, margin($0)) }, usualSlope: Self.usualSlope, slopes: Self.slopes)
        return Self.candidates.last { margins.value(at: $0) >= 0 }
    }

    /// That CRF, or the lowest one.
    var best: Double { held ?? Self.range.lowerBound }

    /// Takes the result of the step's CRF.
    public mutating func add(_ probe: CRFProbe) {
        probes.append(probe)
        probes.sort { $0.crf < $1.crf }
    }

    private static var candidates: [Double] {
        Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }

    /// By how much a try is better than it has to be, in dB; negative if it is worse.
    private func margin(_ probe: CRFProbe) -> Double {
        min(probe.mean - target, probe.worst - (target - Self.worstAllowance))
    }

    /// Whether another try would not change the choice by much: one was made next to it.
    private func isCertain(_ crf: Double) -> Bool {
        probes.contains { abs($0.crf - crf) <= Self.near }
    }
}

/// A falling line through measured points, which goes on beyond them.
private struct Curve {
    private var points: [(x: Double, y: Double)]
    private let usualSlope: Double
    private let slopes: ClosedRange<Double>

    /// - Parameter points: by `x`, at least one. Those that rise are replaced by their means: that is noise.
    init(_ points: [(x: Double, y: Double)], usualSlope: Double, slopes: ClosedRange<Double>) {
        self.usualSlope = usualSlope
        self.slopes = slopes
        var groups: [[(x: Double, y: Double)]] = []
        func mean(_ group: [(x: Double, y: Double)]) -> Double { group.map(\.y).reduce(0, +) / Double(group.count) }
        for point in points {
            groups.append([point])
            while groups.count > 1, mean(groups[groups.count - 2]) < mean(groups[groups.count - 1]) {
                let last = groups.removeLast()
                groups[groups.count - 1] += last
            }
        }
        self.points = groups.flatMap { group in group.map { ($0.x, mean(group)) } }
    }

    func value(at x: Double) -> Double {
        if let first = points.first, x <= first.x { return first.y + slope(points.prefix(2)) * (first.x - x) }
        if let last = points.last, x >= last.x { return last.y - slope(points.suffix(2)) * (x - last.x) }
        for (one, other) in zip(points, points.dropFirst()) where x <= other.x {
            return one.y + (other.y - one.y) * (x - one.x) / (other.x - one.x)
        }
        return 0
    }

    /// How much `y` falls with `x` between two points, as far as that can be believed.
    private func slope(_ pair: ArraySlice<(x: Double, y: Double)>) -> Double {
        guard let one = pair.first, let other = pair.last, other.x > one.x else { return usualSlope }
        return min(max((one.y - other.y) / (other.x - one.x), slopes.lowerBound), slopes.upperBound)
    }
}

/// The CRF that was chosen for one video, and why.
public struct CRFChoice: Sendable, Hashable, Codable {
    /// The mean XPSNR that was wanted, in dB.
    public var target: Double
    public var crf: Double
    /// Whether the target can be held with this CRF.
    public var isReached: Bool
    /// The mean XPSNR at this CRF by the samples, in dB; nil where the video can't be sampled or is too short for it.
    public var expected: Double?
    /// What was tried, by CRF.
    public var probes: [CRFProbe]

    public init(target: Double, crf: Double, isReached: Bool, expected: Double?, probes: [CRFProbe]) {
        self.target = target
        self.crf = crf
        self.isReached = isReached
        self.expected = expected
        self.probes = probes
    }
}
