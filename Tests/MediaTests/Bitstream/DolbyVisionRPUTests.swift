import Containers
import TestSupport
import Testing

@testable import Media

@Suite("Dolby Vision RPU") struct DolbyVisionRPUTests {
    /// A unit with one curve per component, and an active area after another block.
    private func unit(_ area: [Int], isCompressed: Bool = false, mapping: Int = 0) -> [UInt8] {
        var writer = BitWriter()
        func golomb(_ value: Int) {
            let length = Int.bitWidth - (value + 1).leadingZeroBitCount
            writer.write(0, bits: length - 1)
            writer.write(value + 1, bits: length)
        }
        // Prefix, type, format, profile, level, sequence information, filter, kind of coefficients, their fraction.
        for (value, bits) in [(25, 8), (2, 6), (18, 11), (1, 4), (0, 4), (1, 1), (0, 1), (0, 2)] {
            writer.write(value, bits: bits)
        }
        golomb(23)
        writer.write(0b010, bits: 3)
        for depth in [2, 2, 4] { golomb(depth) }
        for (value, bits) in [(0, 1), (isCompressed ? 1 : 0, 3), (0, 1), (1, 1), (1, 1), (0, 1)] {
            writer.write(value, bits: bits)
        }
        for _ in 0..<3 { golomb(0) }
        for _ in 0..<3 {
            golomb(0)
            writer.write(0, bits: 10)
            writer.write(1023, bits: 10)
        }
        for _ in 0..<2 { golomb(0) }
        for _ in 0..<3 {
            golomb(mapping)
            if mapping == 0 {
                golomb(0)
                writer.write(0, bits: 1)
            } else {
                writer.write(0, bits: 2)
            }
            for _ in 0..<(mapping == 0 ? 2 : 8) {
                golomb(1)
                writer.write(77, bits: 23)
            }
        }
        for _ in 0..<3 { golomb(0) }
        if !isCompressed { for _ in 0..<509 { writer.write(0, bits: 1) } }
        golomb(2)
        while writer.bits % 8 != 0 { writer.write(0, bits: 1) }
        golomb(5)
        writer.write(1, bits: 8)
        writer.write(0, bits: 40)
        golomb(7)
        writer.write(5, bits: 8)
        for distance in area { writer.write(distance, bits: 13) }
        writer.write(0, bits: 4)
        while writer.bits % 8 != 0 { writer.write(0, bits: 1) }
        writer.write(checksum(writer.bytes), bits: 32)
        return NALUnit.escaping(writer.bytes + [0x80])
    }

    /// CRC-32 of MPEG-2, bit by bit, over all but the first byte.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = .max
        for byte in bytes.dropFirst() {
            value ^= UInt32(byte) << 24
            for _ in 0..<8 { value = value << 1 ^ (value >> 31 == 1 ? 0x04C1_1DB7 : 0) }
        }
        return value
    }

    @Test("Scaling an RPU changes its active area and nothing else", arguments: [(false, 0), (true, 0), (false, 1)])
    func activeArea(isCompressed: Bool, mapping: Int) throws {
        let before = unit([100, 50, 20, 10], isCompressed: isCompressed, mapping: mapping)
        let changed = try DolbyVisionRPU(escaped: before).changed { $0.scaled(0.5, 2) }
        #expect(changed == unit([50, 25, 40, 20], isCompressed: isCompressed, mapping: mapping))
        #expect(try DolbyVisionRPU(escaped: before).changed { $0 } == nil)
    }

    @Test("Offsets of the active area end at 13 bits") func clamped() throws {
        let changed = try DolbyVisionRPU(escaped: unit([8000, 0, 0, 0])).changed { $0.scaled(2, 2) }
        #expect(changed == unit([8191, 0, 0, 0]))
    }

    @Test("A broken RPU is refused") func broken() throws {
        let intact = unit([100, 50, 20, 10])
        #expect(throws: BitReader.Malformed.self) { try DolbyVisionRPU(escaped: []) }
        for index in intact.indices.dropFirst() {
            var broken = intact
            broken[index] ^= 1
            #expect(throws: BitReader.Malformed.self) { try DolbyVisionRPU(escaped: broken) }
            #expect(throws: BitReader.Malformed.self) { try DolbyVisionRPU(escaped: Array(intact[..<index])) }
        }
    }

    /// Whatever is said under a right checksum: an end, and no area where none is.
    @Test("Parsing of random bytes as an RPU ends") func nonsense() {
        var random = SeededGenerator(seed: 1)
        let intact = NALUnit.unescaping(unit([100, 50, 20, 10])).dropLast(5)
        for _ in 0..<5000 {
            var bytes = Array(intact)
            for _ in 0..<3 {
                bytes[Int.random(in: 1..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let sum = checksum(bytes)
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) } + [0x80]
            let unit = try? DolbyVisionRPU(escaped: NALUnit.escaping(bytes))
            _ = unit?.changed { $0.scaled(3, 3) }
        }
    }
}
