import Testing

@testable import Media

@Suite("Samples of a video")
struct SamplePlanTests {
    private func places(_ spots: Int, _ points: [Double], _ duration: Double) -> [SamplePlan.Place] {
        var plan = SamplePlan(total: nil)
        plan?.spots = spots
        return plan?.places(points, duration: duration) ?? []
    }

    /// The work for a spot in terms of frames.
    private static let spotWork = 17

    @Test(
        "samples are about 2 % of an hour, at most 6 % of a short video, and none of a very short one",
        arguments: [(90_000.0, 70, 3), (30_000, 70, 3), (6000, 16, 2), (5000, 17, 1), (1600, 5, 1), (900, 3, 1)])
    func share(total: Double, spots: Int, rounds: Int) throws {
        let plan = try #require(SamplePlan(total: total))
        #expect(plan.spots == spots && plan.rounds == rounds)
        let work = (plan.spots + plan.laterSpots * (plan.rounds - 1)) * Self.spotWork
        #expect(Double(work) / total <= (total >= 90_000 ? 0.02 : 0.06))
        #expect(SamplePlan(total: 840) == nil)
        #expect(SamplePlan(total: nil) == SamplePlan(total: 90_000))
    }

    @Test(
        "an estimate, which no encode follows, takes up to half of a short video and three tenths of others",
        arguments: [(400.0, 9, 9, 1), (1500, 34, 27, 2), (6000, 81, 54, 3), (90_000, 81, 54, 3)])
    func estimate(total: Double, spots: Int, searched: Int, rounds: Int) throws {
        // Without a search, all the work is spent on one CRF.
        let fixed = try #require(SamplePlan(total: total, isEstimate: true, searches: false))
        #expect(fixed.spots == spots && fixed.rounds == 1 && fixed.laterSpots == 0)
        let plan = try #require(SamplePlan(total: total, isEstimate: true))
        #expect(plan.spots == searched && plan.rounds == rounds)
        #expect(plan.frames > SamplePlan(total: 1500)?.frames ?? 99)
        #expect(SamplePlan(total: 130, isEstimate: true) == nil)
    }

    @Test("spots are about the middle of equal parts, decoded from the random access point before")
    func middle() {
        let places = places(4, [1, 13, 23, 36], 40)
        #expect(places.map(\.entry) == [0, 1, 2, 3])
        let shifts = zip(places, [5, 15, 25, 35.0]).map { abs($0.time - $1) }
        #expect(shifts.allSatisfy { $0 <= 2.5 } && Set(shifts).count > 2)
    }

    @Test("distances of spots differ, so that they don't follow what repeats")
    func distances() {
        let times = places(20, (0..<200).map(Double.init), 200).map(\.time)
        #expect(times.count == 20 && zip(times, times.dropFirst()).allSatisfy(<))
        let distances = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(distances.min() ?? 0 < 8.5 && distances.max() ?? 0 > 12)
    }

    @Test("a few spots, spread over the video, show where the CRF is")
    func scouts() {
        #expect(SamplePlan.scouts(of: 12) == [3, 9])
        #expect(SamplePlan.scouts(of: 100) == [10, 30, 50, 70, 90])
        #expect(SamplePlan.scouts(of: 2) == [0, 1] && SamplePlan.scouts(of: 1) == [0])
    }

    @Test("no more than five seconds are decoded before a spot, which may leave a part out")
    func approach() {
        #expect(places(2, [], 60) == [SamplePlan.Place(entry: nil, time: 5)])
        #expect(places(4, [46], 60).map(\.time) == [3.75, 51])
        #expect(places(3, [], 0).allSatisfy { $0.time == 0 })
    }

    @Test("spots that stand for the others have equal shares of the errors")
    func representatives() throws {
        var plan = try #require(SamplePlan(total: nil))
        plan.laterSpots = 2
        #expect(plan.representatives(of: [1, 1, 1, 1]) == [0, 2])
        #expect(plan.representatives(of: [0.1, 8, 0.1, 0.1, 8.1]) == [1, 4])
        #expect(plan.representatives(of: [3]) == [0])
        #expect(plan.representatives(of: [0, 0, 0]).count >= 1)
    }
}
