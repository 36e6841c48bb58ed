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
    static let frames = 11
    /// The work for a spot in terms of frames: an encoder's start, the frames that are only decoded and looked at.
    private static let spotWork = 22.0
    /// The share of a video's frames whose work is spent at most, and in terms of frames: 2 % of an hour.
    private static let share = 0.08
    /// For an estimate, which is nothing but samples.
    private static let estimateShare = 0.2
    private static let mostWork = 1800.0
    /// Spots that say something about a video, at least.
    private static let fewestSpots = 3
    private static let laterShare = 4

    /// - Parameters:
    ///   - total: the video's frames; nil if that is unknown, in a long one.
    ///   - isEstimate: whether no encode follows.
    /// - Returns: nil for a video that is too short.
    init?(total: Double?, isEstimate: Bool = false) {
        let share = isEstimate ? Self.estimateShare : Self.share
        let most = min(Self.mostWork, (total ?? .infinity) * share) / Self.spotWork
        guard most >= Double(Self.fewestSpots) else { return nil }
        rounds = most >= 40 ? 3 : 2
        spots = Int(most * Double(Self.laterShare) / Double(Self.laterShare + rounds - 1))
        laterSpots = max(1, spots / Self.laterShare)
        // A single spot knows less about a change than a usual video does.
        if laterSpots < 2 { (spots, rounds) = (Int(most), 1) }
    }

    /// A place in a video where a spot begins.
    struct Place: Equatable {
        /// The random access point that decoding begins at, by its number; nil for the video's start.
        var entry: Int?
        /// In seconds.
        var time: Double
    }

    /// Seconds that are decoded before a spot, at most.
    private static let longestApproach = 5.0

    /// Places in the middle of equal parts of a video, whatever is there: near random access points, busy scenes are more
    /// frequent than in the whole.
    ///
    /// - Parameters:
    ///   - points: random access points besides the start, in seconds, ascending.
    ///   - duration: of the video, in seconds.
    func places(_ points: [Double], duration: Double) -> [Place] {
        let part = duration / Double(spots)
        return (0..<spots).compactMap { number in
            let middle = (Double(number) + 0.5) * part
            let entry = points.lastIndex { $0 <= middle }
            let time = min(middle, (entry.map { points[$0] } ?? 0) + Self.longestApproach)
            return time >= middle - part / 2 ? Place(entry: entry, time: time) : nil
        }
    }

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
