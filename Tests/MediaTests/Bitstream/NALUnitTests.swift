import Testing

@testable import Media

@Suite("NAL units") struct NALUnitTests {
    @Test(
        "Emulation prevention is inserted and removed",
        arguments: [
            ([0, 0, 0], [0, 0, 3, 0]), ([0, 0, 1, 0, 0, 3], [0, 0, 3, 1, 0, 0, 3, 3]),
            ([1, 0, 4, 0, 0, 4], [1, 0, 4, 0, 0, 4]),
            ([], []),
        ] as [([UInt8], [UInt8])])
    func emulationPrevention(payload: [UInt8], escaped: [UInt8]) {
        #expect(NALUnit.escaping(payload) == escaped)
        #expect(NALUnit.unescaping(escaped) == payload)
    }

    @Test("Units begin directly after start codes") func startCodes() {
        let stream: [UInt8] = [0, 0, 0, 1, 9, 0, 0, 1, 8, 7, 0, 0, 1]
        #expect(stream.withUnsafeBufferPointer(NALUnit.offsets) == [4, 8, 13])
    }

    @Test("Types that start a slice or a random access point") func types() {
        #expect(NALUnitType(header: 0x4E) == .prefixSEI && NALUnitType.prefixSEI.headerByte == 0x4E)
        #expect((0..<64).filter { NALUnitType(rawValue: $0).isSlice } == Array(0..<32))
        #expect((0..<64).filter { NALUnitType(rawValue: $0).isIRAP } == Array(16...23))
    }

    @Test("The interlaced source flag counts emulation prevention bytes") func interlacedSourceFlag() {
        // Payload of a sequence parameter set: a byte, the profile, 32 compatibility flags, then the flag.
        let plain: [UInt8] = [0, 0, 1, 33 << 1, 1, 1, 2, 0x60, 0, 4, 0, 0x80, 5]
        var flagged = plain
        flagged[11] |= 0x40
        #expect(PictureTiming.settingInterlacedSourceFlag(in: plain) == flagged)
        let escaped: [UInt8] = [0, 0, 1, 33 << 1, 1, 1, 2, 0x60, 0, 0, 3, 0, 0x80, 5]
        flagged = escaped
        flagged[12] |= 0x40
        #expect(PictureTiming.settingInterlacedSourceFlag(in: escaped) == flagged)
        #expect(PictureTiming.settingInterlacedSourceFlag(in: Array(plain.prefix(9))) == Array(plain.prefix(9)))
    }
}
