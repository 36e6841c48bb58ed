/// How large the parts of an upload are: "Amazon S3 multipart upload limits", Amazon S3 User Guide.
///
/// They start at 8 MiB and grow with what was written (1/512 of it), so that short outputs need little memory. Without a
/// size given in advance 10,000 parts reach 32 TiB; with one, S3's 48.8 TiB.
struct PartPlan {
    static let maxCount = 10_000
    static let maxSize = 5 << 30
    static let minSize = 8 << 20

    private let floor: Int

    /// - Parameter expectedSize: of the whole object, in bytes, where it is known roughly.
    init(expectedSize: UInt64 = 0) {
        // Parts that would be just enough have no room for an object that is larger than expected.
        let needed = Int(clamping: expectedSize / UInt64(Self.maxCount - 1) + 1)
        floor = Self.roundUp(max(Self.minSize, needed))
    }

    /// The size of the part that starts at `offset`.
    func size(at offset: UInt64) -> Int {
        min(Self.maxSize, max(floor, Self.roundUp(Int(clamping: offset / 512))))
    }

    private static func roundUp(_ size: Int) -> Int {
        let unit = 1 << 20
        return min(maxSize, (size + unit - 1) / unit * unit)
    }
}
