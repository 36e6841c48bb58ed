import CFFmpeg

/// Brings packets onto the output's timeline: removes discontinuities, then the source's start offset.
///
/// It takes raw packets alone, so that nothing is repaired twice, or checked after it was repaired.
struct TimestampRepair: Sendable {
    private var discontinuity: DiscontinuityRepair
    let offset: StartOffset

    init(_ source: borrowing Demuxer, _ plan: OutputPlan) {
        discontinuity = DiscontinuityRepair(source.info)
        offset = StartOffset(for: plan.mainVideo, keeping: plan.kept, in: source.context)
    }

    /// Timestamp discontinuities that were removed.
    var discontinuities: Int { discontinuity.discontinuities }

    mutating func repair(_ raw: consuming RawPacket, in source: borrowing Demuxer) -> Packet {
        let packet = raw.packet
        let stream = source.stream(packet.streamIndex)
        discontinuity.correct(packet, of: stream, in: source.context)
        offset.apply(to: packet, of: stream)
        return packet
    }
}
