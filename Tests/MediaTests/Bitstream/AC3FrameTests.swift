import CFFmpeg
import Testing

@testable import Media

@Suite struct AC3FrameTests {
    private func blocks(_ bytes: [UInt8]) -> Int? { bytes.withUnsafeBufferPointer { AC3Frame.blocks(of: $0) } }

    /// An E-AC-3 frame's first bytes: 48 kHz unless the sampling rate's code is 3, mono.
    private func enhanced(rate: UInt8 = 0, code: UInt8) -> [UInt8] {
        [0x0B, 0x77, 0x01, 0xFF, rate << 6 | code << 4 | 1 << 1, 16 << 3, 0, 0, 0, 0]
    }

    @Test(arguments: [(0, 1), (1, 2), (2, 3), (3, 6)] as [(UInt8, Int)])
    func enhancedFramesSayHowLongTheyAre(code: UInt8, count: Int) {
        #expect(blocks(enhanced(code: code)) == count)
    }

    @Test func enhancedFramesOfHalfTheRateAreWhole() {
        #expect(blocks(enhanced(rate: 3, code: 0)) == 6)
    }

    @Test func plainFramesAreWhole() {
        #expect(blocks([0x0B, 0x77, 0, 0, 0x08, 8 << 3, 0x40, 0, 0, 0]) == 6)
    }

    @Test(arguments: [[], [0x0B, 0x77], [0x0B, 0x76, 0, 0, 0x08, 8 << 3, 0x40, 0, 0, 0]] as [[UInt8]])
    func whatIsNoFrameHasNone(bytes: [UInt8]) {
        #expect(blocks(bytes) == nil)
    }
}
