import Containers
import Testing

@testable import Media

@Suite("Frame durations") struct FrameDurationsTests {
    private static func durations(end duration: Int64) -> FrameDurations {
        FrameDurations(start: 10, duration: duration, timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
    }

    @Test("A frame ends with its stream if its own duration is longer than usual") func bounded() {
        let ending = Self.durations(end: 1000)
        #expect(ending.bounded(200, at: 970) == 40)
        #expect(ending.bounded(200, at: 900) == 110)
        #expect(ending.bounded(200, at: 500) == 200)
        #expect(ending.bounded(200, at: 1008) == 20, "half a frame's period at least")
    }

    @Test("A usual or unknown duration stays, and all do if the stream's end is unknown or before the frame")
    func kept() {
        #expect(Self.durations(end: 1000).bounded(40, at: 1000) == 40)
        #expect(Self.durations(end: 1000).bounded(0, at: 1000) == 0)
        #expect(Self.durations(end: 1000).bounded(200, at: 1010) == 200)
        #expect(Self.durations(end: 0).bounded(200, at: 0) == 200)
        #expect(Self.durations(end: .min).bounded(200, at: 0) == 200)
        #expect(Self.durations(end: .max).bounded(200, at: 0) == 200)
    }
}

@Suite("Frame timestamps") struct FrameTimestampsTests {
    @Test("Increasing timestamps are left alone") func good() {
        var clock = FrameTimestamps(timeBase: Rational(1, 90_000), frameRate: Rational(25, 1))
        for time in [-900, 0, 3600, 3601, 90_000] as [Int64] {
            let result = clock.next(time, duration: 3600)
            #expect(result.presentation == time && !result.isRepaired)
        }
    }

    @Test("Missing timestamps are filled in from the last duration") func missing() {
        var clock = FrameTimestamps(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
        #expect(clock.next(nil, duration: 0).presentation == 0)
        #expect(clock.next(nil, duration: 50).presentation == 40)
        let third = clock.next(nil, duration: 0)
        #expect(third.presentation == 90 && third.isRepaired)
    }

    @Test("Timestamps that don't increase are moved") func notIncreasing() {
        var clock = FrameTimestamps(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
        _ = clock.next(100, duration: 40)
        let repeated = clock.next(100, duration: 40)
        let earlier = clock.next(20, duration: 40)
        #expect(repeated.presentation == 101 && repeated.isRepaired)
        #expect(earlier.presentation == 102 && earlier.isRepaired)
    }

    @Test("Timestamps step by one tick where the time base is too coarse") func coarse() {
        var clock = FrameTimestamps(timeBase: Rational(1, 25), frameRate: Rational(0, 1))
        #expect(clock.next(nil, duration: 0).presentation == 0)
        #expect(clock.next(nil, duration: 0).presentation == 1)
    }
}
