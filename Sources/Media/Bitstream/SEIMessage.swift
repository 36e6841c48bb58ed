import CFFmpeg

/// A supplemental enhancement information message.
///
/// Source: ITU-T H.265, annex D.
struct SEIMessage: Sendable, Hashable {
    var type: PayloadType
    var payload: [UInt8]

    /// Payload types of ITU-T H.265, D.2.1.
    enum PayloadType: Int, Sendable {
        case pictureTiming = 1
        /// User data registered by ITU-T T.35.
        case registeredUserData = 4
        case masteringDisplay = 137
        case contentLight = 144
        case alternativeTransfer = 147
    }

    init(_ type: PayloadType, payload: [UInt8]) {
        self.type = type
        self.payload = payload
    }

    /// A NAL unit with only this message, in Annex B form.
    var unit: [UInt8] {
        var content: [UInt8] = []
        for value in [type.rawValue, payload.count] {
            content += [UInt8](repeating: 255, count: value / 255) + [UInt8(value % 255)]
        }
        // rbsp_trailing_bits: a one and zeros.
        return NALUnit.bytes(.prefixSEI, escaped: NALUnit.escaping(content + payload + [0x80]))
    }
}

/// Closed captions in the video (CEA-608 and CEA-708).
///
/// Source: ATSC A/53 part 4, 6.2.3.
enum CaptionData {
    /// - Parameter triplets: the caption data of one frame, three bytes each.
    static func messages(_ triplets: [UInt8]) -> [SEIMessage] {
        // A message holds at most 31.
        stride(from: 0, to: triplets.count / 3 * 3, by: 31 * 3).map { start in
            let part = triplets[start..<min(start + 31 * 3, triplets.count / 3 * 3)]
            // The country (United States), the provider (ATSC), "GA94", then captions.
            let header: [UInt8] = [0xB5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03]
            let payload = header + [0xC0 | UInt8(part.count / 3), 0xFF] + part + [0xFF]
            return SEIMessage(.registeredUserData, payload: payload)
        }
    }
}

/// The transfer function that an HEVC source prefers to the one in its parameter sets.
///
/// HLG broadcasts signal BT.2020 in the parameter sets, for displays without HLG; libavcodec exports only the preferred
/// one.
///
/// Source: ITU-T H.265, D.2.38 Alternative transfer characteristics SEI message.
enum PreferredTransfer {
    /// The preferred transfer function of a packet, as a code point of ITU-T H.273.
    static func find(in packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) -> Int? {
        for unit in NALUnitParser.of(packet, stream) {
            if let transfer = SEIMessage.firstByte(of: .alternativeTransfer, in: unit) { return Int(transfer) }
        }
        return nil
    }
}

extension SEIMessage {
    /// The first byte of a message's payload; nil if the NAL unit has no such message.
    static func firstByte(of wanted: PayloadType, in unit: NALUnitParser.Unit) -> UInt8? {
        guard unit.count > 2, NALUnitType(header: unit[unit.startIndex]) == .prefixSEI else { return nil }
        var rest = unit.dropFirst(2)
        while rest.count > 2 {
            guard let type = number(&rest), let size = number(&rest), size <= rest.count else { return nil }
            if type == wanted.rawValue { return rest.first }
            rest = rest.dropFirst(size)
        }
        return nil
    }

    /// The sum of bytes of 255 and a final smaller one.
    private static func number(_ bytes: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var sum = 0
        while let byte = bytes.popFirst() {
            sum += Int(byte)
            if byte < 255 { return sum }
        }
        return nil
    }
}
