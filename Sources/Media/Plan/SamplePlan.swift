/// How much of a video is encoded as a sample of it: spots spread over it, some frames each, a few times.
struct SamplePlan: Sendable, Equatable {
    var spots: Int
    /// Frames of each spot.
    var frames: Int
    /// CRFs that are tried at most.
    var rounds: Int

    /// More say nothing new about a long video: about 2 % of one of an hour, in three rounds.
    private static let most = SamplePlan(spots: 12, frames: 48, rounds: 3)
    /// Fewer frames are mostly the encoder's start.
    private static let fewestFrames = 20
    private static let fewestSpots = 3
    /// The share of a video's frames that is sampled at most, in all rounds: an encoder's start, and decoding, make more
    /// of it in terms of CPU time, and more than a tenth of an encode is too much.
    private static let share = 0.08

    /// - Parameter total: the video's frames; nil if that is unknown, in a long one.
    /// - Returns: nil for a video that is too short.
    init?(total: Double?) {
        let budget = (total ?? .infinity) * Self.share
        if budget >= Double(Self.most.spots * Self.most.frames * Self.most.rounds) {
            self = Self.most
            return
        }
        rounds = 2
        let round = budget / Double(rounds)
        spots = min(Self.most.spots, Int(round) / Self.fewestFrames)
        guard spots >= Self.fewestSpots else { return nil }
        frames = min(Self.most.frames, Int(round) / spots)
    }

    private init(spots: Int, frames: Int, rounds: Int) {
        (self.spots, self.frames, self.rounds) = (spots, frames, rounds)
    }
}
