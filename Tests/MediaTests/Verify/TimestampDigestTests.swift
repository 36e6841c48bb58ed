import Testing

@testable import Media

@Suite("Timestamp digest") struct TimestampDigestTests {
    private func ledger(_ times: [Int64]) -> TimestampDigest {
        var ledger = TimestampDigest()
        for time in times { ledger.add(time) }
        return ledger
    }

    @Test("The order of timestamps makes no difference to a digest") func order() {
        let (one, other) = (ledger([0, 40, 80, -3]), ledger([80, -3, 0, 40]))
        #expect(one.digest == other.digest && one.count == other.count)
        #expect(other.first == -3 && other.last == 80)
    }

    @Test(
        "Other timestamps have another digest",
        arguments: [[0, 40], [0, 40, 81], [0, 41, 79], [0, 40, 80, 80], [1, 39, 80]] as [[Int64]])
    func otherTimes(times: [Int64]) {
        #expect(ledger(times).digest != ledger([0, 40, 80]).digest)
    }
}
