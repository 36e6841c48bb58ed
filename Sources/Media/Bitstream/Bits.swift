/// Reads bit fields, most significant bit first.
struct BitReader {
    private let bytes: [UInt8]
    /// Bits read so far.
    private(set) var position = 0

    /// Too few bits are left, or a value is invalid.
    struct Malformed: Error {}

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next `count` bits, at most 32.
    mutating func read(_ count: Int) throws(Malformed) -> Int {
        guard position + count <= bytes.count * 8 else { throw Malformed() }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(bytes[position >> 3] >> UInt8(7 - position & 7) & 1)
            position += 1
        }
        return value
    }

    mutating func readFlag() throws(Malformed) -> Bool { try read(1) != 0 }

    mutating func skip(_ count: Int) throws(Malformed) {
        guard count >= 0, position + count <= bytes.count * 8 else { throw Malformed() }
        position += count
    }

    /// An Exp-Golomb code. Source: ITU-T H.265, 9.2.
    mutating func readGolomb() throws(Malformed) -> Int {
        var zeros = 0
        while try !readFlag() {
            zeros += 1
            guard zeros <= 32 else { throw Malformed() }
        }
        return (1 << zeros) - 1 + (try read(zeros))
    }

    mutating func alignToByte() { position = (position + 7) / 8 * 8 }
}

/// Writes bit fields, most significant bit first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    /// Unused bits of the last byte.
    private var free = 0
    /// Bits written so far.
    var bits: Int { bytes.count * 8 - free }

    /// Appends the `count` low bits of a value, at most 32.
    mutating func write(_ value: some BinaryInteger, bits count: Int) {
        let value = UInt64(truncatingIfNeeded: value)
        for bit in stride(from: count - 1, through: 0, by: -1) {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            free -= 1
            bytes[bytes.count - 1] |= UInt8(value >> UInt64(bit) & 1) << UInt8(free)
        }
    }
}
