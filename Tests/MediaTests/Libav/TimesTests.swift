import Containers
import Testing

@testable import Media

/// Times of damaged files.
@Suite("Times") struct TimesTests {
    @Test("Absurd times are unknown", arguments: [.min, .min + 1, .max, 1 << 61, -1 << 61] as [Int64])
    func absurd(time: Int64) {
        #expect(known(time) == nil)
    }

    @Test("Plausible times are known", arguments: [0, -1, 1 << 60, -1 << 60] as [Int64])
    func plausible(time: Int64) {
        #expect(known(time) == time)
    }

    @Test("Times stay in bounds in another time base", arguments: [1 << 60, -1 << 60] as [Int64])
    func rescaled(time: Int64) {
        let moved = rescale(time, from: Rational(1000, 1), to: Rational(1, 1_000_000))
        #expect(abs(moved) <= 1 << 60)
        #expect(rescale(90_000, from: Rational(1, 90_000), to: Rational(1, 1000)) == 1000)
    }
}
