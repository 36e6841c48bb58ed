import Containers
import Testing

@testable import Media

@Suite("Gap detector") struct GapDetectorTests {
    private func found(_ times: [Int64], rate: Rational = Rational(25, 1)) -> [Int]? {
        var detector = GapDetector(timeBase: Rational(1, 1000), frameRate: rate)
        for time in times { detector.add(time) }
        return detector.found.map { [$0.gaps, $0.missingFrames] }
    }

    private func even(_ count: Int64, by step: Double = 40) -> [Int64] {
        (0..<count).map { Int64((Double($0) * step).rounded()) }
    }

    @Test("A constant frame rate has no gap") func constantRate() {
        #expect(found(even(100)) == nil)
        #expect(found(even(100, by: 1001 / 24), rate: Rational(24000, 1001)) == nil)
    }

    @Test("Missing frames are counted") func missing() {
        #expect(found(even(100).filter { $0 != 2000 }) == [1, 1])
        #expect(found(even(200).filter { !(2000..<2400).contains($0) && $0 != 6000 }) == [2, 11])
        let film = even(200, by: 1001 / 24).enumerated().filter { $0.offset != 50 }.map(\.element)
        #expect(found(film, rate: Rational(24000, 1001)) == [1, 1])
    }

    @Test("A variable frame rate has no gap") func variableRate() {
        // Every fifth frame left out; twice the rate that it has; times of no rate; too few to know.
        #expect(found(even(100).filter { $0 % 200 != 0 }) == nil)
        #expect(found(even(100), rate: Rational(50, 1)) == nil)
        #expect(found(even(100).map { $0 + $0 % 7 * 3 }.filter { $0 != 2000 }) == nil)
        #expect(found(even(20).filter { $0 != 400 }) == nil)
        #expect(found(even(100).filter { $0 != 2000 }, rate: Rational(0, 1)) == nil)
    }
}
