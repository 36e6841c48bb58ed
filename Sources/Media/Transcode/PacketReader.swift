import CFFmpeg
import Containers
import Findings

/// A packet with the container's own timestamps, before any repair.
struct RawPacket: ~Copyable, Sendable {
    fileprivate(set) var packet: Packet
    /// Whether it belongs to the chunk that is read.
    let place: FrameWindow.Place
}

/// Reads a source's packets and surveys those of one chunk, with their own timestamps, before any repair.
struct PacketReader: ~Copyable, Sendable {
    let demuxer: Demuxer
    private(set) var ownership: PacketOwnership
    private(set) var survey: PacketSurvey
    private let mainVideo: Int
    private let timeBases: [Rational]
    private let limits: SourceLimits

    /// - Parameter ownership: which packets count; the others are returned too.
    init(
        _ demuxer: consuming Demuxer, _ plan: OutputPlan, _ limits: SourceLimits, _ ownership: PacketOwnership = .all
    ) {
        let info = demuxer.info
        survey = PacketSurvey(streams: info.streams.count)
        timeBases = info.streams.map(\.timeBase)
        mainVideo = plan.mainVideo
        self.demuxer = demuxer
        self.ownership = ownership
        self.limits = limits
    }

    /// The next packet in the container's order, and whether it counts; nil at the end.
    mutating func next() throws -> RawPacket? {
        guard let packet = try demuxer.read() else { return nil }
        let place = ownership.place(of: packet)
        // A stream that appears late has no time base yet, and is in no output.
        if place == .inside, timeBases.indices.contains(packet.streamIndex) {
            survey.add(packet, in: timeBases[packet.streamIndex], mainVideo: mainVideo)
            try limits.check(duration: survey.seconds, .demux)
        }
        return RawPacket(packet: packet, place: place)
    }
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
