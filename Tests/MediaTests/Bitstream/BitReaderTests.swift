import Testing

@testable import Media

@Suite("Bit reader") struct BitReaderTests {
    @Test("Bit fields are read across bytes") func fields() throws {
        var reader = BitReader([0b1010_0110, 0b1100_0001])
        #expect(try reader.read(3) == 0b101)
        #expect(try reader.read(7) == 0b0011011)
        reader.alignToByte()
        #expect(reader.position == 16)
    }

    @Test(
        "Exp-Golomb codes are read",
        arguments: [([0b1000_0000], 0), ([0b0100_0000], 1), ([0b0110_0000], 2), ([0b0001_0110], 10)])
    func golomb(bytes: [UInt8], value: Int) throws {
        var reader = BitReader(bytes)
        #expect(try reader.readGolomb() == value)
    }

    @Test("The bit reader ends with its bytes") func end() throws {
        var reader = BitReader([0, 0])
        #expect(throws: BitReader.Malformed.self) { try reader.readGolomb() }
        reader = BitReader([0])
        #expect(throws: BitReader.Malformed.self) { try reader.read(9) }
        #expect(throws: BitReader.Malformed.self) { try reader.skip(9) }
        #expect(throws: BitReader.Malformed.self) { try reader.skip(-1) }
    }
}
