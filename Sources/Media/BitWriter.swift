/// Writes fields of some bits each, the most significant bit first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    /// Bits of the last byte that are still free.
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
