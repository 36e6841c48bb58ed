import CFFmpeg
import Containers

/// One picture's RPU (reference processing unit), as far as it speaks of places in the picture: its active area, beside
/// which bars are black.
///
/// Source: ETSI GS CCM 001, RPU syntax; the area is its extension block of level 5.
struct DolbyVisionRPU {
    /// Without emulation prevention.
    private var bytes: [UInt8]
    /// Where the four distances of each active area begin, in bits.
    private let areas: [Int]
    /// Where the checksum begins, in bytes.
    private let checksum: Int

    private static let distanceBits = 13

    /// - Parameter payload: what follows the header of the NAL unit, with emulation prevention.
    /// - Throws: `BitReader.Malformed` for one that can't be followed up to its areas, or whose checksum is wrong.
    init(escaped payload: [UInt8]) throws(BitReader.Malformed) {
        bytes = NALUnit.unescaping(payload)
        guard let last = bytes.lastIndex(where: { $0 != 0 }), last >= 8, bytes[last] == 0x80 else {
            throw BitReader.Malformed()
        }
        checksum = last - 4
        guard Self.checksum(bytes[1..<checksum]) == bytes[checksum..<last].reduce(UInt32(0), { $0 << 8 | UInt32($1) })
        else { throw BitReader.Malformed() }
        areas = try Self.areas(in: bytes)
    }

    /// - Returns: the payload with its active areas changed; nil if it has none that change.
    func changed(_ change: (CropInsets) -> CropInsets) -> [UInt8]? {
        var changed = bytes
        for area in areas {
            let values = (0..<4).map { number(at: area + $0 * Self.distanceBits) }
            let new = change(CropInsets(left: values[0], right: values[1], top: values[2], bottom: values[3]))
            for (index, value) in [new.left, new.right, new.top, new.bottom].enumerated() {
                Self.put(min(value, 1 << Self.distanceBits - 1), at: area + index * Self.distanceBits, in: &changed)
            }
        }
        guard changed != bytes else { return nil }
        let sum = Self.checksum(changed[1..<checksum])
        for index in 0..<4 { changed[checksum + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index)) }
        return NALUnit.escaping(changed)
    }

    private func number(at position: Int) -> Int {
        (position..<position + Self.distanceBits).reduce(0) { $0 << 1 | Int(bytes[$1 >> 3] >> UInt8(7 - $1 & 7) & 1) }
    }

    private static func put(_ value: Int, at position: Int, in bytes: inout [UInt8]) {
        for index in 0..<distanceBits {
            let (place, mask) = (position + index, UInt8(0x80) >> UInt8((position + index) & 7))
            let isSet = value >> (distanceBits - 1 - index) & 1 != 0
            bytes[place >> 3] = isSet ? bytes[place >> 3] | mask : bytes[place >> 3] & ~mask
        }
    }

    /// Source: FFmpeg, "libavutil/crc.h"; ISO/IEC 13818-1, annex A.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer {
            av_crc(av_crc_get_table(AV_CRC_32_IEEE), .max, $0.baseAddress, $0.count).byteSwapped
        }
    }
}

extension DolbyVisionRPU {
    /// What of a header the rest of it is read by.
    private struct Header {
        /// Bits of a coefficient's fraction, and whether an integer goes before it.
        var fraction = 0
        var hasInteger = true
        var pivotBits = 0
        var isCompressed = false
        var hasMapping = false
        var hasDisplayManagement = false
    }

    private static func areas(in bytes: [UInt8]) throws(BitReader.Malformed) -> [Int] {
        var reader = BitReader(bytes)
        guard try reader.read(8) == 25 else { throw BitReader.Malformed() }
        let header = try header(&reader)
        if header.hasMapping { try skipMapping(&reader, header) }
        guard header.hasDisplayManagement else { return [] }
        for _ in 0..<3 { _ = try reader.readGolomb() }
        // Two matrices with offsets, then the signal and the source's display.
        if !header.isCompressed { try reader.skip(9 * 16 + 3 * 32 + 9 * 16 + 80 + 11 + 34) }
        let count = try reader.readGolomb()
        reader.alignToByte()
        var areas: [Int] = []
        for _ in 0..<count {
            let length = try reader.readGolomb()
            let level = try reader.read(8)
            if level == 5, length * 8 >= 4 * distanceBits { areas.append(reader.position) }
            try reader.skip(length * 8)
        }
        return areas
    }

    private static func header(_ reader: inout BitReader) throws(BitReader.Malformed) -> Header {
        var header = Header()
        guard try reader.read(6) == 2 else { throw BitReader.Malformed() }
        let format = try reader.read(11)
        try reader.skip(8)
        // Without it what was said before goes on, as in no stream that was seen.
        guard try reader.readFlag() else { throw BitReader.Malformed() }
        try reader.skip(1)
        header.hasInteger = try reader.read(2) == 0
        header.fraction = header.hasInteger ? try reader.readGolomb() : 32
        try reader.skip(3)
        guard format & 0x700 == 0, header.fraction <= 32 else { throw BitReader.Malformed() }
        header.pivotBits = try reader.readGolomb() + 8
        for _ in 0..<2 { _ = try reader.readGolomb() }
        try reader.skip(1)
        header.isCompressed = try reader.read(3) == 1
        try reader.skip(1)
        // A second layer's residual has parameters of its own; such streams are not kept.
        guard header.pivotBits <= 16, try reader.readFlag() else { throw BitReader.Malformed() }
        header.hasDisplayManagement = try reader.readFlag()
        header.hasMapping = try !reader.readFlag()
        if !header.hasMapping { _ = try reader.readGolomb() }
        return header
    }

    /// The curves that map the base layer's samples.
    private static func skipMapping(_ reader: inout BitReader, _ header: Header) throws(BitReader.Malformed) {
        func skipCoefficients(_ count: Int) throws(BitReader.Malformed) {
            for _ in 0..<count {
                if header.hasInteger { _ = try reader.readGolomb() }
                try reader.skip(header.fraction)
            }
        }
        for _ in 0..<3 { _ = try reader.readGolomb() }
        var pieces = 0
        for _ in 0..<3 {
            let pivots = try reader.readGolomb() + 2
            try reader.skip(pivots * header.pivotBits)
            pieces += pivots - 1
        }
        for _ in 0..<2 { _ = try reader.readGolomb() }
        for _ in 0..<pieces {
            if try reader.readGolomb() == 0 {
                let order = try reader.readGolomb()
                // Straight lines between pivots are written otherwise, and by nobody.
                if order == 0, try reader.readFlag() { throw BitReader.Malformed() }
                try skipCoefficients(order + 2)
            } else {
                let order = try reader.read(2)
                try skipCoefficients(1 + (order + 1) * 7)
            }
        }
    }
}
