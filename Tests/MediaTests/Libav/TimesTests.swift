import Containers
import Testing

@testable import Media

/// Times of damaged files.
@Suite struct TimesTests {
    @Test(arguments: [Int64.min, .min + 1, .max, 1 << 61, -1 << 61])
    func thatCannotBeMeantAreUnknown(time: Int64) {
        #expect(known(time) == nil)
    }

    @Test(arguments: [0, -1, 1 << 60, -1 << 60] as [Int64])
    func thatMayBeMeantAreKnown(time: Int64) {
        #expect(known(time) == time)
    }

    @Test(arguments: [1 << 60, -1 << 60] as [Int64])
    func stayInBoundsInAnotherTimeBase(time: Int64) {
        let moved = rescale(time, from: Rational(1000, 1), to: Rational(1, 1_000_000))
        #expect(abs(moved) <= 1 << 60)
        #expect(rescale(90_000, from: Rational(1, 90_000), to: Rational(1, 1000)) == 1000)
    }
}
