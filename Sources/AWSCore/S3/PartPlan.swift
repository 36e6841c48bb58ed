/// How large the parts of an upload are: "Amazon S3 multipart upload limits", Amazon S3 User Guide.
///
/// They start at 8 MiB and grow with what was written (1/512 of it), so that short outputs need little memory. Without a
/// size given in advance 10,000 parts reach 32 TiB; with one, S3's 48.8 TiB, in parts that are all alike and so much
/// smaller than the last ones of an unknown size, up to that size.
struct PartPlan {
    static let maxCount = 10_000
    static let maxSize = 5 << 30
    static let minSize = 8 << 20

    /// Of 10,000 parts, those that the expected size takes; the rest are for an object that is larger than expected.
    private static let expectedCount: UInt64 = 8000

    private let floor: Int
    private let expectedSize: UInt64

    /// - Parameter expectedSize: of the whole object, in bytes, where it is known roughly.
    init(expectedSize: UInt64 = 0) {
        self.expectedSize = expectedSize
        let needed = Int(clamping: expectedSize / Self.expectedCount + 1)
        floor = Self.roundUp(max(Self.minSize, needed))
    }

    /// The size of the part that starts at `offset`.
    func size(at offset: UInt64) -> Int {
        if offset < expectedSize { return floor }
        return min(Self.maxSize, max(floor, Self.roundUp(Int(clamping: offset / 512))))
    }

    private static func roundUp(_ size: Int) -> Int {
        let unit = 1 << 20
        return min(maxSize, (size + unit - 1) / unit * unit)
    }
}

/// Memory for one part of an upload or one block of a download. The holder of the reference may use it; it is freed with the last one.
///
/// Sendable although unchecked: it has one writer at a time. ObjectWriter fills a part and then hands it to its queue; each of
/// ObjectReader's blocks is filled by one request.
final class PartBuffer: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        bytes = .allocate(byteCount: capacity, alignment: 4096)
    }

    deinit { bytes.deallocate() }
}
