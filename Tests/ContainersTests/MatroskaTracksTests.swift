import TestSupport
import Testing

@testable import Containers

@Suite("Matroska's tracks") struct MatroskaTracksTests {
    private func element(_ identifier: [UInt8], _ content: [UInt8]) -> [UInt8] {
        identifier + [0x40 | UInt8(content.count >> 8), UInt8(truncatingIfNeeded: content.count)] + content
    }

    private func file(_ entries: [[UInt8]]) -> MemorySource {
        let tracks = element([0x16, 0x54, 0xAE, 0x6B], entries.flatMap { element([0xAE], $0) })
        return MemorySource(element([0x1A, 0x45, 0xDF, 0xA3], []) + element([0x18, 0x53, 0x80, 0x67], tracks))
    }

    private func track(_ type: UInt8, _ codec: String, _ more: [UInt8] = []) -> [UInt8] {
        element([0x83], [type]) + element([0x86], Array(codec.utf8)) + more
    }

    @Test("An encryption has its algorithm, a compression none") func encodings() throws {
        func encodings(_ content: [UInt8]) -> [UInt8] { element([0x6D, 0x80], element([0x62, 0x40], content)) }
        let encryption = element([0x50, 0x33], [1]) + element([0x50, 0x35], element([0x47, 0xE1], [5]))
        let compression = element([0x50, 0x33], [0]) + element([0x50, 0x34], element([0x42, 0x54], [3]))
        let source = file([
            track(1, "V_VP9", encodings(encryption)), track(2, "A_OPUS", encodings(compression)), track(2, "A_AAC"),
            track(1, "V_AV1", encodings(element([0x50, 0x33], [1]))),
        ])
        #expect(
            try MatroskaTracks(source).tracks.map(\.encryption) == ["AES", nil, nil, "an unknown algorithm"])
    }

    @Test("Tracks that libavformat makes no stream of are left out") func streams() throws {
        let source = file([track(1, "V_VP9"), track(16, "L_LOGO"), track(2, ""), track(17, "S_TEXT/UTF8")])
        #expect(try MatroskaTracks(source).streams.map(\.codec) == ["V_VP9", "S_TEXT/UTF8"])
    }
}
