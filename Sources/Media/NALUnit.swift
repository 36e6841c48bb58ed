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
