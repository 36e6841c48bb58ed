import Testing

@testable import Media

@Suite("Frame counts")
struct FrameCountsTests {
    @Test("Every count adds up")
    func sum() {
        let paths: [WritableKeyPath<FrameCounts, Int>] = [
            \.decoded, \.encoded, \.written, \.damaged, \.undecodablePackets, \.incompletePackets, \.gaps, \.missing,
            \.retimed, \.interlaced, \.deinterlaced, \.resized, \.unscaledRPUs,
        ]
        #expect(Mirror(reflecting: FrameCounts()).children.count == paths.count)
        for path in paths {
            var (one, other) = (FrameCounts(), FrameCounts())
            one[keyPath: path] = 3
            other[keyPath: path] = 4
            var sum = FrameCounts()
            sum[keyPath: path] = 7
            #expect(one + other == sum)
        }
    }
}
