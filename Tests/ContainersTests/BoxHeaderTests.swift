import Testing

@testable import Containers

@Suite("Box header") struct BoxHeaderTests {
    @Test(
        "A box header's size is that of the whole box",
        arguments: [
            ([0, 0, 0, 24], [], 24, 8), ([0, 0, 0, 0], [], 0, 8), ([0, 0, 0, 24], [9, 9, 9, 9, 9, 9, 9, 9], 24, 8),
            ([0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 32], 1 << 32 | 32, 16), ([0, 0, 0, 1], [0, 0, 0, 1], 1, 8),
        ] as [([UInt8], [UInt8], UInt64, UInt64)])
    func size(size: [UInt8], rest: [UInt8], whole: UInt64, length: UInt64) {
        let head = BoxHeader(size + Array("moov".utf8) + rest)
        #expect(head?.type == "moov" && head?.size == whole && head?.length == length)
    }

    @Test("Too few bytes are no box header") func short() { #expect(BoxHeader([0, 0, 0, 8, 0x66, 0x72, 0x65]) == nil) }
}
