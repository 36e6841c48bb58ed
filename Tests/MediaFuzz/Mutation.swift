import TestSupport

/// Damage to a file, the same for the same seed.
struct Mutation {
    private var random: SeededGenerator
    private(set) var bytes: [UInt8]

    private enum Kind: CaseIterable {
        case flip, extreme, number, zeroes, noise, cut, remove, repeated, swap, splice
    }

    private static let numbers: [UInt32] = [
        0, 1, 2, 0x7F, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFFE, 0xFFFF_FFFF, 1_000_000_000,
    ]

    /// - Parameter other: another file, of which parts may be spliced in.
    init(of bytes: [UInt8], with other: [UInt8], seed: UInt64) {
        random = SeededGenerator(seed: seed)
        self.bytes = bytes
        for _ in 0..<[1, 1, 2, 3, 6].randomElement(using: &random)! where self.bytes.count > 16 { mutate(other) }
    }

    private mutating func mutate(_ other: [UInt8]) {
        let place = position()
        let length = Int.random(in: 1...min(256, bytes.count - place), using: &random)
        switch Kind.allCases.randomElement(using: &random)! {
        case .flip:
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[position()] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        case .extreme: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &random)!
        case .number: setNumber(place)
        case .zeroes: for index in place..<place + length { bytes[index] = 0 }
        case .noise: for index in place..<place + length { bytes[index] = .random(in: 0...255, using: &random) }
        case .cut: bytes.removeLast(Int.random(in: 1...bytes.count - 8, using: &random))
        case .remove: bytes.removeSubrange(place..<place + length)
        case .repeated: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case .swap:
            let target = Int.random(in: 0...bytes.count - length, using: &random)
            let part = Array(bytes[place..<place + length])
            bytes.replaceSubrange(target..<target + length, with: part)
        case .splice:
            guard other.count > length else { return }
            let from = Int.random(in: 0..<other.count - length, using: &random)
            bytes.replaceSubrange(place..<place + length, with: other[from..<from + length])
        }
    }

    /// Headers are where most of a file's meaning is: half of all damage goes there, some to the index at the end.
    private mutating func position() -> Int {
        let near = min(bytes.count, 2048)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: return Int.random(in: 0..<near, using: &random)
        case 5..<7: return bytes.count - 1 - Int.random(in: 0..<near, using: &random)
        default: return Int.random(in: 0..<bytes.count, using: &random)
        }
    }

    /// A number of four or two bytes, of either byte order.
    private mutating func setNumber(_ place: Int) {
        let value = Self.numbers.randomElement(using: &random)!
        let count = [2, 4].randomElement(using: &random)!
        let isBig = Bool.random(using: &random)
        for index in 0..<count where place + index < bytes.count {
            let shift = UInt32(8 * (isBig ? count - 1 - index : index))
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }
}
