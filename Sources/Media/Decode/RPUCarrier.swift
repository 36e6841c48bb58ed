import CFFmpeg

/// The Dolby Vision RPUs of a source's packets, on their way around the decoder.
///
/// libavcodec drops an RPU that it can't read itself; for the output it is enough that displays can.
struct RPUCarrier {
    private let stream: UnsafeMutablePointer<AVStream>
    /// Payloads of NAL units, with emulation prevention, by the presentation time of their picture.
    private var waiting: [Int64: [UInt8]] = [:]

    /// Pictures that a decoder may hold: what is older belongs to none that will come.
    private static let limit = 1024

    init(of stream: UnsafeMutablePointer<AVStream>) {
        self.stream = stream
    }

    mutating func keep(from packet: borrowing Packet) {
        guard let time = packet.presentationTime else { return }
        let unit = NALUnitParser.of(packet, stream).last { unit in
            unit.count > 2 && unit[unit.startIndex] == NALUnit.Kind.dolbyVision.rawValue << 1
        }
        guard let unit else { return }
        if waiting.count >= Self.limit { waiting.removeAll() }
        waiting[time] = Array(unit.dropFirst(2))
    }

    /// Gives a picture the RPU of its packet.
    mutating func attach(to frame: borrowing Frame) throws {
        guard let unit = waiting.removeValue(forKey: frame.presentationTime) else { return }
        try frame.setSideData(AV_FRAME_DATA_DOVI_RPU_BUFFER, unit)
    }
}
