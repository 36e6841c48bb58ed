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
    private static let spotWork = 22

    @Test(
        "samples are about 2 % of an hour, at most 8 % of a short video, and none of a very short one",
        arguments: [(90_000.0, 54, 3), (30_000, 54, 3), (6000, 17, 2), (2500, 9, 1), (1500, 5, 1), (900, 3, 1)])
    func share(total: Double, spots: Int, rounds: Int) throws {
        let plan = try #require(SamplePlan(total: total))
        #expect(plan.spots == spots && plan.rounds == rounds)
        let work = (plan.spots + plan.laterSpots * (plan.rounds - 1)) * Self.spotWork
        #expect(Double(work) / total <= (total >= 90_000 ? 0.02 : 0.08))
        #expect(SamplePlan(total: 800) == nil)
        #expect(SamplePlan(total: nil) == SamplePlan(total: 90_000))
    }

    @Test("an estimate, which no encode follows, takes up to a fifth of a short video")
    func estimate() throws {
        let plan = try #require(SamplePlan(total: 1500, isEstimate: true))
        #expect((10...14).contains(plan.spots) && (plan.spots + plan.laterSpots) * Self.spotWork <= 300)
        #expect(SamplePlan(total: 90_000, isEstimate: true) == SamplePlan(total: 90_000))
        #expect(SamplePlan(total: 300, isEstimate: true) == nil)
    }

    @Test("spots are in the middle of equal parts, decoded from the random access point before")
    func middle() {
        let places = places(4, [1, 14.5, 23, 36], 40)
        #expect(
            places == [
                SamplePlan.Place(entry: 0, time: 5), SamplePlan.Place(entry: 1, time: 15),
                SamplePlan.Place(entry: 2, time: 25),
            ])
    }

    @Test("no more than five seconds are decoded before a spot, which may leave a part out")
    func approach() {
        #expect(places(2, [], 60) == [SamplePlan.Place(entry: nil, time: 5)])
        #expect(places(4, [46], 60).map(\.time) == [5, 51])
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
