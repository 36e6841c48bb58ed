import CFFmpeg

/// A transfer function that an HEVC source would rather have used than the one in its parameter sets.
///
/// Broadcasts of HLG name BT.2020's there, for displays that know no HLG; libavcodec gives the preferred one alone.
///
/// Source: ITU-T H.265, D.2.38 Alternative transfer characteristics SEI message.
enum PreferredTransfer {
    private static let message = 147

    /// The preferred transfer function of a packet's picture, as a code point of ITU-T H.273.
    static func find(in packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) -> Int? {
        for unit in NALUnitParser.of(packet, stream) {
            guard unit.count > 2, unit[unit.startIndex] >> 1 & 63 == NALUnit.Kind.supplementalInformation.rawValue
            else { continue }
            if let transfer = transfer(in: unit.dropFirst(2)) { return transfer }
        }
        return nil
    }

    private static func transfer(in messages: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var rest = messages
        while rest.count > 2 {
            guard let kind = number(&rest), let size = number(&rest), size <= rest.count else { return nil }
            if kind == message { return rest.first.map(Int.init) }
            rest = rest.dropFirst(size)
        }
        return nil
    }

    /// Bytes of 255, and a smaller one, that add up.
    private static func number(_ bytes: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var sum = 0
        while let byte = bytes.popFirst() {
            sum += Int(byte)
            if byte < 255 { return sum }
        }
        return nil
    }
}
