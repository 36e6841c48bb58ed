/// How much of a video is encoded as a sample of it: spots spread over it, some frames each.
///
/// What spots have in common says little: many short spots predict a video better than few long ones. How much the CRF
/// changes them differs less, so that further CRFs are tried on some of them.
struct SamplePlan: Sendable, Equatable {
    /// Spots of the first CRF.
    var spots: Int
    /// Spots of each further CRF.
    var laterSpots: Int
    /// CRFs that are tried at most.
    var rounds: Int

    /// Frames of each spot: a keyframe, and some after it.
    let frames: Int

    /// More frames say little more about quality: they are much alike.
    private static let usualFrames = 6
    /// Their bytes differ more.
    private static let estimateFrames = 11
    /// The work for a spot besides its frames, in terms of frames, about: a keyframe costs as much as several others, and
    /// there are frames that are only decoded and looked at.
    private static let workAround = 11.0
    /// The share of a video's frames whose work is spent at most, and in terms of frames: 2 % of an hour.
    private static let share = 0.06
    /// For an estimate, which is nothing but samples, and of so many frames where the video is short, up to half of them.
    private static let estimateShare = 0.3
    private static let estimateWork = 750.0
    private static let mostOfShort = 0.5
    private static let mostWork = 1800.0
    /// Spots that say something about a video, at least.
    private static let fewestSpots = 3
    private static let laterShare = 4
    /// Fewer spots know less about a change than a usual video does.
    private static let fewestLaterSpots = 4

    /// - Parameters:
    ///   - total: the video's frames; nil if that is unknown, in a long one.
    ///   - isEstimate: whether no encode follows.
    ///   - searches: whether the CRF is searched; if not, all the work goes into the spots of one.
    /// - Returns: nil for a video that is too short.
    init?(total: Double?, isEstimate: Bool = false, searches: Bool = true) {
        frames = isEstimate ? Self.estimateFrames : Self.usualFrames
        let total = total ?? .infinity
        var work = total * (isEstimate ? Self.estimateShare : Self.share)
        if isEstimate { work = max(work, min(Self.estimateWork, total * Self.mostOfShort)) }
        let most = min(Self.mostWork, work) / (Self.workAround + Double(frames))
        guard most >= Double(Self.fewestSpots) else { return nil }
        rounds = most >= 40 ? 3 : 2
        spots = Int(most * Double(Self.laterShare) / Double(Self.laterShare + rounds - 1))
        laterSpots = spots / Self.laterShare
        if !searches || laterSpots < Self.fewestLaterSpots { (spots, laterSpots, rounds) = (Int(most), 0, 1) }
    }

    /// A place in a video where a spot begins.
    struct Place: Equatable {
        /// The random access point that decoding begins at, by its number; nil for the video's start.
        var entry: Int?
        /// In seconds.
        var time: Double
    }

    /// Multiples of it are spread evenly over each interval between integers.
    private static let goldenRatio = 0.618034
    /// How far apart the places in a part can be, as a share of the part.
    private static let spread = 0.5
    /// Seconds that are decoded before a spot, at most.
    private static let longestApproach = 5.0

    /// Places about the middle of equal parts of a video, whatever is there: near random access points, busy scenes are
    /// more frequent than in the whole. Their distances differ, so that they don't follow what repeats in a video.
    ///
    /// - Parameters:
    ///   - points: random access points besides the start, in seconds, ascending.
    ///   - duration: of the video, in seconds.
    func places(_ points: [Double], duration: Double) -> [Place] {
        let part = duration / Double(spots)
        return (0..<spots).compactMap { number in
            let shift = (Double(number) * Self.goldenRatio).truncatingRemainder(dividingBy: 1) - 0.5
            let middle = (Double(number) + 0.5 + shift * Self.spread) * part
            let entry = points.lastIndex { $0 <= middle }
            let time = min(middle, (entry.map { points[$0] } ?? 0) + Self.longestApproach)
            return time >= Double(number) * part ? Place(entry: entry, time: time) : nil
        }
    }

    /// The spots that show about where the CRF is, before the others are encoded there: some, spread over the video.
    ///
    /// - Parameter count: of the spots.
    static func scouts(of count: Int) -> [Int] {
        let scouts = min(max(count / scoutShare, fewestScouts), mostScouts, count)
        return (0..<scouts).map { (2 * $0 + 1) * count / (2 * scouts) }
    }

    private static let scoutShare = 5
    private static let fewestScouts = 2
    private static let mostScouts = 5

    /// The spots that further CRFs are tried on: each stands for the same share of the errors.
    ///
    /// - Parameter errors: of the first CRF, by spot.
    /// - Returns: numbers of spots, ascending.
    func representatives(of errors: [Double]) -> [Int] {
        let total = errors.reduce(0, +)
        var sum = 0.0
        var chosen: [Int] = []
        for number in errors.indices.sorted(by: { (errors[$0], $0) < (errors[$1], $1) }) {
            sum += errors[number]
            if sum * Double(laterSpots) >= (Double(chosen.count) + 0.5) * total { chosen.append(number) }
        }
        return chosen.sorted()
    }
}
