import CFFmpeg
import Containers

/// `nal_unit_type` of HEVC.
///
/// Source: ITU-T H.265, 7.4.2.2 and table 7-1.
struct NALUnitType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    static let videoParameterSet = NALUnitType(rawValue: 32)
    static let sequenceParameterSet = NALUnitType(rawValue: 33)
    static let prefixSEI = NALUnitType(rawValue: 39)
    /// Unspecified by H.265; Dolby Vision uses it.
    static let dolbyVisionRPU = NALUnitType(rawValue: 62)

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// - Parameter byte: the first of the unit's two header bytes.
    init(header byte: UInt8) {
        rawValue = byte >> 1 & 63
    }

    /// The first header byte in layer 0.
    var headerByte: UInt8 { rawValue << 1 }

    /// Whether the unit is a slice segment (VCL).
    var isSlice: Bool { rawValue < 32 }

    /// Whether decoding can start at the unit's access unit (IRAP).
    var isIRAP: Bool { (16...23).contains(rawValue) }
}

/// HEVC NAL units outside of any encoder.
///
/// Source: ITU-T H.265, 7.3.1 NAL unit syntax and annex B.
enum NALUnit {
    /// A unit with start code and header, in layer 0 and temporal sub-layer 0.
    ///
    /// - Parameter payload: the bytes after the header, with emulation prevention.
    static func bytes(_ type: NALUnitType, escaped payload: some Collection<UInt8>) -> [UInt8] {
        [0, 0, 0, 1, type.headerByte, 1] + payload
    }

    /// Inserts emulation prevention bytes: a 3 before every byte that could complete a start code.
    static func escaping(_ payload: some Collection<UInt8>) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(payload.count + 8)
        var zeros = 0
        for byte in payload {
            if zeros == 2, byte <= 3 {
                escaped.append(3)
                zeros = 0
            }
            escaped.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return escaped
    }

    /// Removes emulation prevention bytes.
    static func unescaping(_ payload: some Collection<UInt8>) -> [UInt8] {
        unescapedIndices(of: payload).map { payload[$0] }
    }

    /// The indices of the bytes that are not emulation prevention bytes.
    static func unescapedIndices<Bytes: Collection<UInt8>>(of payload: Bytes) -> [Bytes.Index] {
        var zeros = 0
        return payload.indices.filter { index in
            let isEscape = zeros >= 2 && payload[index] == 3
            zeros = payload[index] == 0 ? zeros + 1 : 0
            return !isEscape
        }
    }

    /// The offsets of the units' headers in an Annex B byte stream: directly after each start code.
    static func offsets(in bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
        var offsets: [Int] = []
        var index = 0
        while index + 3 <= bytes.count {
            if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                offsets.append(index + 3)
                index += 2
            }
            index += 1
        }
        return offsets
    }
}

/// Splits an HEVC packet into NAL units, as its container delimits them.
///
/// Source: ITU-T H.265, annex B; ISO/IEC 14496-15, 8.3.3 HEVC decoder configuration record.
enum NALUnitParser {
    typealias Unit = Slice<UnsafeBufferPointer<UInt8>>

    /// - Returns: units with their headers, valid as long as the packet; empty for other codecs.
    static func of(_ packet: borrowing Packet, _ stream: UnsafeMutablePointer<AVStream>) -> [Unit] {
        let parameters = stream.pointee.codecpar.pointee
        guard parameters.codec_id == AV_CODEC_ID_HEVC, let data = packet.pointer.pointee.data else { return [] }
        let bytes = UnsafeBufferPointer(start: data, count: packet.byteCount)
        let isLengthPrefixed = parameters.extradata_size > 22 && parameters.extradata[0] == 1
        return isLengthPrefixed
            ? lengthPrefixed(bytes, by: Int(parameters.extradata[21] & 3) + 1) : byteStream(bytes)
    }

    private static func lengthPrefixed(_ bytes: UnsafeBufferPointer<UInt8>, by length: Int) -> [Unit] {
        var units: [Unit] = []
        var rest = bytes[...]
        while rest.count > length {
            let size = Int(rest.prefix(length).bigEndianValue)
            rest = rest.dropFirst(length)
            units.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return units
    }

    private static func byteStream(_ bytes: UnsafeBufferPointer<UInt8>) -> [Unit] {
        let offsets = NALUnit.offsets(in: bytes)
        return zip(offsets, offsets.dropFirst() + [bytes.count + 3]).map { start, next in
            bytes[start..<max(start, next - 3)]
        }
    }
}
