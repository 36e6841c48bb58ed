import CFFmpeg
import Testing

@testable import Media

@Suite("AC-3 frames") struct AC3FrameTests {
    private func blocks(_ bytes: [UInt8]) -> Int? { bytes.withUnsafeBufferPointer { AC3Frame.blocks(of: $0) } }

    /// An E-AC-3 frame's first bytes: 48 kHz unless the sampling rate's code is 3, mono.
    private func enhanced(rate: UInt8 = 0, code: UInt8) -> [UInt8] {
        [0x0B, 0x77, 0x01, 0xFF, rate << 6 | code << 4 | 1 << 1, 16 << 3, 0, 0, 0, 0]
    }

    @Test("An E-AC-3 frame says how many blocks it has", arguments: [(0, 1), (1, 2), (2, 3), (3, 6)] as [(UInt8, Int)])
    func enhanced(code: UInt8, count: Int) {
        #expect(blocks(enhanced(code: code)) == count)
    }

    @Test("An E-AC-3 frame of half the sample rate is complete") func halfRate() {
        #expect(blocks(enhanced(rate: 3, code: 0)) == 6)
    }

    @Test("An AC-3 frame is complete") func plain() {
        #expect(blocks([0x0B, 0x77, 0, 0, 0x08, 8 << 3, 0x40, 0, 0, 0]) == 6)
    }

    @Test(
        "Bytes that are no AC-3 frame have no blocks",
        arguments: [[], [0x0B, 0x77], [0x0B, 0x76, 0, 0, 0x08, 8 << 3, 0x40, 0, 0, 0]] as [[UInt8]])
    func noFrame(bytes: [UInt8]) {
        #expect(blocks(bytes) == nil)
    }
}
