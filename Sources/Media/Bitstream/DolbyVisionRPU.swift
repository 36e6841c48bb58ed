import CFFmpeg
import Containers

/// One frame's RPU (reference processing unit), parsed as far as its active area: the part of the frame without
/// letterbox bars.
///
/// Source: ETSI GS CCM 001, RPU syntax; the active area is the extension block of level 5.
struct DolbyVisionRPU {
    /// Without emulation prevention.
    private var bytes: [UInt8]
    /// The bit positions of the four offsets of each active area.
    private let areas: [Int]
    /// The byte position of the checksum.
    private let checksum: Int

    private static let offsetBits = 13

    /// - Parameter payload: the bytes after the NAL unit's header, with emulation prevention.
    /// - Throws: `BitReader.Malformed` if it can't be parsed up to its active areas, or its checksum is wrong.
    init(escaped payload: [UInt8]) throws(BitReader.Malformed) {
        bytes = NALUnit.unescaping(payload)
        guard let last = bytes.lastIndex(where: { $0 != 0 }), last >= 8, bytes[last] == 0x80 else {
            throw BitReader.Malformed()
        }
        checksum = last - 4
        guard Self.checksum(bytes[1..<checksum]) == UInt32(bytes[checksum..<last].bigEndianValue)
        else { throw BitReader.Malformed() }
        areas = try Self.areas(in: bytes)
    }

    /// - Returns: the payload with changed active areas; nil if none of them changes.
    func changed(_ change: (CropInsets) -> CropInsets) -> [UInt8]? {
        var changed = bytes
        for area in areas {
            let values = (0..<4).map { number(at: area + $0 * Self.offsetBits) }
            let new = change(CropInsets(left: values[0], right: values[1], top: values[2], bottom: values[3]))
            for (index, value) in [new.left, new.right, new.top, new.bottom].enumerated() {
                Self.put(min(value, 1 << Self.offsetBits - 1), at: area + index * Self.offsetBits, in: &changed)
            }
        }
        guard changed != bytes else { return nil }
        let sum = Self.checksum(changed[1..<checksum])
        for index in 0..<4 { changed[checksum + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index)) }
        return NALUnit.escaping(changed)
    }

    private func number(at position: Int) -> Int {
        (position..<position + Self.offsetBits).reduce(0) { $0 << 1 | Int(bytes[$1 >> 3] >> UInt8(7 - $1 & 7) & 1) }
    }

    private static func put(_ value: Int, at position: Int, in bytes: inout [UInt8]) {
        for index in 0..<offsetBits {
            let (bit, mask) = (position + index, UInt8(0x80) >> UInt8((position + index) & 7))
            let isSet = value >> (offsetBits - 1 - index) & 1 != 0
            bytes[bit >> 3] = isSet ? bytes[bit >> 3] | mask : bytes[bit >> 3] & ~mask
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
    /// The header fields that parsing the rest depends on.
    private struct Header {
        /// Bits of a coefficient's fraction, and whether an integer part precedes it.
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
        // Two colour matrices with offsets, then the signal format and the source display.
        if !header.isCompressed { try reader.skip(9 * 16 + 3 * 32 + 9 * 16 + 80 + 11 + 34) }
        let count = try reader.readGolomb()
        reader.alignToByte()
        var areas: [Int] = []
        for _ in 0..<count {
            let length = try reader.readGolomb()
            let level = try reader.read(8)
            if level == 5, length * 8 >= 4 * offsetBits { areas.append(reader.position) }
            try reader.skip(length * 8)
        }
        return areas
    }

    private static func header(_ reader: inout BitReader) throws(BitReader.Malformed) -> Header {
        var header = Header()
        guard try reader.read(6) == 2 else { throw BitReader.Malformed() }
        let format = try reader.read(11)
        try reader.skip(8)
        // Without it the previous header would apply; no known stream does that.
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
        // The residual of an enhancement layer has further parameters; RPUs of such streams are not kept.
        guard header.pivotBits <= 16, try reader.readFlag() else { throw BitReader.Malformed() }
        header.hasDisplayManagement = try reader.readFlag()
        header.hasMapping = try !reader.readFlag()
        if !header.hasMapping { _ = try reader.readGolomb() }
        return header
    }

    /// Skips the curves that map the base layer's samples.
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
                // Linear interpolation has another syntax, which no known encoder writes.
                if order == 0, try reader.readFlag() { throw BitReader.Malformed() }
                try skipCoefficients(order + 2)
            } else {
                let order = try reader.read(2)
                try skipCoefficients(1 + (order + 1) * 7)
            }
        }
    }
}

/// Carries Dolby Vision RPUs from packets to decoded frames.
///
/// libavcodec drops an RPU that it can't parse; the output keeps it, as displays may be able to.
struct RPUCarrier {
    private let stream: UnsafeMutablePointer<AVStream>
    /// Payloads of NAL units, with emulation prevention, by PTS.
    private var pending: [Int64: [UInt8]] = [:]

    /// More frames than a decoder buffers: RPUs left over by then belong to frames that were never output.
    private static let limit = 1024

    init(of stream: UnsafeMutablePointer<AVStream>) {
        self.stream = stream
    }

    mutating func keep(from packet: borrowing Packet) {
        guard let time = packet.presentationTime else { return }
        let unit = NALUnitParser.of(packet, stream).last { unit in
            unit.count > 2 && unit[unit.startIndex] == NALUnitType.dolbyVisionRPU.headerByte
        }
        guard let unit else { return }
        if pending.count >= Self.limit { pending.removeAll() }
        pending[time] = Array(unit.dropFirst(2))
    }

    /// Attaches the RPU of the frame's packet.
    mutating func attach(to frame: borrowing Frame) throws {
        guard let unit = pending.removeValue(forKey: frame.presentationTime) else { return }
        try frame.setSideData(AV_FRAME_DATA_DOVI_RPU_BUFFER, unit)
    }
}
