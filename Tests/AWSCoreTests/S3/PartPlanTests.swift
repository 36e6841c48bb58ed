import Testing

@testable import AWSCore

@Suite("Part sizes") struct PartPlanTests {
    /// What 10,000 parts hold.
    private func reach(_ plan: PartPlan) -> UInt64 {
        (0..<PartPlan.maxCount).reduce(0) { offset, _ in offset + UInt64(plan.size(at: offset)) }
    }

    /// 10,000 parts of 5 GiB, "Amazon S3 multipart upload limits".
    private static let largest: UInt64 = 10_000 * (5 << 30)

    @Test("S3's largest object is reached where its size is known") func largestObject() {
        #expect(reach(PartPlan(expectedSize: Self.largest)) >= Self.largest)
    }

    @Test("An expected size is reached with parts to spare") func expectedSize() {
        for size: UInt64 in [1, 1 << 30, 80 << 30, 1 << 40, 40 << 40] {
            #expect(reach(PartPlan(expectedSize: size)) > size + size / 100)
        }
    }

    @Test("An unknown size reaches 32 TiB") func unknownSize() {
        #expect(reach(PartPlan()) >= 32 << 40)
    }

    @Test("Parts keep S3's limits and never shrink") func limits() {
        for plan in [PartPlan(), PartPlan(expectedSize: 100 << 30), PartPlan(expectedSize: .max)] {
            var offset: UInt64 = 0
            var last = 0
            for _ in 0..<PartPlan.maxCount {
                let size = plan.size(at: offset)
                #expect(size >= max(5 << 20, last) && size <= 5 << 30 && size % (1 << 20) == 0)
                last = size
                offset += UInt64(size)
            }
        }
    }

    @Test("A short output needs little memory") func memory() {
        #expect(PartPlan().size(at: 0) == 8 << 20 && PartPlan().size(at: 4 << 30) == 8 << 20)
    }
}
