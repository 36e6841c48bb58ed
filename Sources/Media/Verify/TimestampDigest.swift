/// The number of presentation times, their range, and a digest that does not depend on their order.
struct TimestampDigest: Sendable, Codable, Hashable {
    private(set) var count = 0
    private(set) var digest: UInt64 = 0
    private(set) var first = Int64.max
    private(set) var last = Int64.min

    mutating func add(_ time: Int64) {
        count += 1
        digest &+= Self.mixed(UInt64(bitPattern: time))
        first = min(first, time)
        last = max(last, time)
    }

    /// The finalizer of SplitMix64: near times get far digests.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// The digest of both sets of times: chunks of one video add up.
    static func + (one: TimestampDigest, other: TimestampDigest) -> TimestampDigest {
        var sum = one
        sum.count += other.count
        sum.digest &+= other.digest
        sum.first = min(one.first, other.first)
        sum.last = max(one.last, other.last)
        return sum
    }
}
