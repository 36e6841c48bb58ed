import CFFmpeg

/// HEVC NAL units that no encoder wrote.
///
/// Source: ITU-T H.265, 7.3.1 NAL unit syntax and annex B.
enum NALUnit {
    /// Types of ITU-T H.265, table 7-1; the last one is Dolby Vision's use of an unspecified type.
    enum Kind: UInt8 {
        case supplementalInformation = 39
        case dolbyVision = 62
    }

    /// Types below this one carry slices of a picture.
    static let firstNonPicture: UInt32 = 32

    /// A unit with start code and header.
    ///
    /// - Parameter payload: what follows the header, with emulation prevention.
    static func bytes(_ kind: Kind, escaped payload: some Collection<UInt8>) -> [UInt8] {
        // Layer 0, temporal sub-layer 0.
        [0, 0, 0, 1, kind.rawValue << 1, 1] + payload
    }

    /// Puts a 3 before every byte that would look like a start code.
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

    /// Takes out what `escaping` puts in.
    static func unescaping(_ payload: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count)
        var zeros = 0
        for byte in payload {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            bytes.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return bytes
    }
}

/// The NAL units of an HEVC packet, with their headers, as its container delimits them.
///
/// Source: ITU-T H.265, annex B; ISO/IEC 14496-15, 8.3.3 HEVC decoder configuration record.
enum NALUnitParser {
    typealias Unit = Slice<UnsafeBufferPointer<UInt8>>

    /// - Returns: units that live as long as the packet; none for other codecs.
    static func of(_ packet: borrowing Packet, _ stream: UnsafeMutablePointer<AVStream>) -> [Unit] {
        let parameters = stream.pointee.codecpar.pointee
        guard parameters.codec_id == AV_CODEC_ID_HEVC, let data = packet.pointer.pointee.data else { return [] }
        let bytes = UnsafeBufferPointer(start: data, count: packet.byteCount)
        let isSized = parameters.extradata_size > 22 && parameters.extradata[0] == 1
        return isSized ? sized(bytes, by: Int(parameters.extradata[21] & 3) + 1) : delimited(bytes)
    }

    private static func sized(
        _ bytes: UnsafeBufferPointer<UInt8>, by length: Int
    ) -> [Unit] {
        var units: [Unit] = []
        var rest = bytes[...]
        while rest.count > length {
            let size = rest.prefix(length).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(length)
            units.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return units
    }

    private static func delimited(_ bytes: UnsafeBufferPointer<UInt8>) -> [Unit] {
        var starts: [Int] = []
        var index = 0
        while index + 3 <= bytes.count {
            if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                starts.append(index + 3)
                index += 2
            }
            index += 1
        }
        return zip(starts, starts.dropFirst() + [bytes.count + 3]).map { start, next in
            bytes[start..<max(start, next - 3)]
        }
    }
}
