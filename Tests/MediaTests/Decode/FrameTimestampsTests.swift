import Containers
import Testing

@testable import Media

struct FrameTimestampsTests {
    @Test func leavesGoodTimesAlone() {
        var clock = FrameTimestamps(timeBase: Rational(1, 90_000), frameRate: Rational(25, 1))
        for time in [-900, 0, 3600, 3601, 90_000] as [Int64] {
            let result = clock.next(time, duration: 3600)
            #expect(result.presentation == time && !result.isRepaired)
        }
    }

    @Test func fillsInMissingTimesFromTheLastDuration() {
        var clock = FrameTimestamps(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
        #expect(clock.next(nil, duration: 0).presentation == 0)
        #expect(clock.next(nil, duration: 50).presentation == 40)
        let third = clock.next(nil, duration: 0)
        #expect(third.presentation == 90 && third.isRepaired)
    }

    @Test func movesTimesThatDoNotGrow() {
        var clock = FrameTimestamps(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
        _ = clock.next(100, duration: 40)
        let repeated = clock.next(100, duration: 40)
        let earlier = clock.next(20, duration: 40)
        #expect(repeated.presentation == 101 && repeated.isRepaired)
        #expect(earlier.presentation == 102 && earlier.isRepaired)
    }

    @Test func stepsByOneTickWhereTheClockIsTooCoarse() {
        var clock = FrameTimestamps(timeBase: Rational(1, 25), frameRate: Rational(0, 1))
        #expect(clock.next(nil, duration: 0).presentation == 0)
        #expect(clock.next(nil, duration: 0).presentation == 1)
    }
}
