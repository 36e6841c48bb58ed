import CFFmpeg
import Findings

/// A packet with the container's own timestamps, before any repair.
struct RawPacket: ~Copyable, Sendable {
    fileprivate(set) var packet: Packet
}

/// Reads a source's packets and compares their own timestamps with the source's index and headers.
struct PacketReader: ~Copyable, Sendable {
    let demuxer: Demuxer
    private var truncation: TruncationCheck
    private let limits: SourceLimits

    /// - Throws: `ReportedError` of code `truncatedSource` if the source is shorter than its headers or index state.
    init(_ demuxer: consuming Demuxer, _ plan: OutputPlan, _ limits: SourceLimits) throws {
        try limits.check(duration: demuxer.info.duration ?? 0, .open)
        truncation = try TruncationCheck(demuxer, plan)
        self.demuxer = demuxer
        self.limits = limits
    }

    /// The next packet in the container's order; nil at the end.
    mutating func next() throws -> RawPacket? {
        guard let packet = try demuxer.read() else { return nil }
        truncation.add(packet)
        try limits.check(duration: truncation.secondsRead, .demux)
        return RawPacket(packet: packet)
    }

    /// Seconds from the first to the last frame of the main video that was read.
    var secondsRead: Double { truncation.secondsRead }

    /// Indexes of the streams whose last packet is incomplete.
    var incompleteEnds: [Int] { truncation.incompleteEnds }

    /// - Throws: `ReportedError` of code `unsupported` if indexed streams have no data in the source itself.
    func checkPresent() throws(ReportedError) { try truncation.checkPresent() }

    /// - Throws: `ReportedError` of code `truncatedSource` if the source ends before its headers or index state.
    func checkComplete() throws(ReportedError) { try truncation.checkComplete() }
}

/// Moves packets to the output's timeline: removes timestamp discontinuities, then the source's start offset.
///
/// It takes only raw packets, so that no packet is repaired twice, or checked for truncation after its repair.
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
