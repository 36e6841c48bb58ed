import Glibc
import Testing

@testable import Media

@Suite("Sums of quality")
struct QualitySumsTests {
    /// A frame of this XPSNR.
    private func frame(_ decibels: Double) -> FrameQuality {
        let error = pow(10, -decibels / 20)
        return FrameQuality(luma: error, cb: error, cr: error)
    }

    private func sums(_ values: [Double], from start: Int = 0) -> QualitySums {
        var sums = QualitySums()
        for (index, value) in values.enumerated() {
            sums.add(frame(value), at: Double(start + index) / 10, bytes: 100)
        }
        return sums
    }

    @Test("the mean is that of the errors, not of the decibels")
    func mean() {
        // Errors of 0.1 and 0.01: 0.055 on average.
        #expect(abs(sums([20, 40]).mean - 25.19) < 0.01)
        #expect(sums([30, 30]).mean == sums([30]).mean)
    }

    @Test("the fifth percentile, the worst frame and its time")
    func percentiles() throws {
        let values = (0..<100).map { 30 + Double($0) / 10 }
        let sums = sums(values.reversed())
        #expect(abs(try #require(sums.percentile(0.05)) - 30.4) <= 0.05)
        let worst = try #require(sums.worst)
        #expect(abs(worst.xpsnr - 30) < 0.001 && worst.time == 9.9)
    }

    @Test("parts add up to the whole, in any order")
    func addition() {
        let values = (0..<60).map { 30 + Double($0 * 7 % 13) }
        let whole = sums(values)
        let (first, second) = (sums(Array(values[..<25])), sums(Array(values[25...]), from: 25))
        for sum in [first + second, second + first] {
            #expect(sum.worst == whole.worst && sum.percentile(0.05) == whole.percentile(0.05))
            #expect(abs(sum.mean - whole.mean) < 1e-9 && sum.frames == 60 && sum.bytes == 6000)
            #expect(sum.seconds.mapValues(\.frames) == whole.seconds.mapValues(\.frames))
        }
    }

    @Test("no difference counts as 100 dB")
    func noDifference() {
        var sums = QualitySums()
        sums.add(FrameQuality(luma: 0, cb: 0, cr: 0), at: 0, bytes: 1)
        #expect(sums.mean == 100 && sums.worst?.xpsnr == 100 && sums.percentile(0.05) == 100)
    }

    @Test("a timeline has at most as many spans as it may have", arguments: [(9, 1), (10, 1), (11, 2), (100, 10)])
    func timeline(seconds: Int, length: Int) {
        let sums = sums(Array(repeating: 40, count: seconds * 10))
        let timeline = sums.timeline(limit: 10)
        #expect(timeline.length == length && timeline.spans.count == (seconds + length - 1) / length)
        #expect(timeline.spans.values.map(\.bytes).reduce(0, +) == UInt64(seconds) * 1000)
        #expect(timeline.spans[0].map { abs($0.mean - 40) < 0.001 } == true)
    }
}
