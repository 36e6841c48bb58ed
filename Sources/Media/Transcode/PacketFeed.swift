import CFFmpeg
import Containers
import Findings

/// The packets of a source as the output takes them: their timestamps repaired, their audio unpacked.
struct PacketFeed: ~Copyable, Sendable {
    /// A packet whose timestamps were repaired.
    struct Fed: ~Copyable, Sendable {
        var packet: Packet
        /// Whether it belongs to the chunk that is read.
        var place: FrameWindow.Place
    }

    private var reader: PacketReader
    private var repair: TimestampRepair
    private var streams: StreamSurvey
    private let packedPCM: [Int: PackedPCM]
    private var discontinuities = 0
    /// What the source's index and headers promise.
    let declared: DeclaredExtent

    /// - Parameter ownership: which packets count; the others are returned too.
    /// - Throws: `ReportedError` for audio streams whose headers are damaged, and for a source that is shorter than its
    ///   headers or index state.
    init(
        _ demuxer: consuming Demuxer, _ output: OutputPlan, _ limits: SourceLimits, _ ownership: PacketOwnership = .all
    ) throws {
        // Dropped audio is checked too: if its parameters are missing, its headers may be damaged.
        let audio = output.copied + output.dropped.filter { $0.kind == .audio }.map(\.index)
        for index in audio { try AudioHeaderCheck.verify(demuxer.stream(index)) }
        var packed: [Int: PackedPCM] = [:]
        for index in 0..<demuxer.streamCount where PackedPCM.isPacked(demuxer.stream(index).pointee.codecpar.pointee) {
            packed[index] = try PackedPCM(of: demuxer.stream(index))
        }
        try limits.check(duration: demuxer.info.duration ?? 0, .open)
        declared = try DeclaredExtent(demuxer, output)
        packedPCM = packed
        (repair, streams) = (TimestampRepair(demuxer, output), StreamSurvey(output, in: demuxer.info))
        reader = PacketReader(demuxer, output, limits, ownership)
    }

    /// The next packet in the container's order; nil at the end.
    mutating func next() throws -> Fed? {
        guard let raw = try reader.next() else { return nil }
        let place = raw.place
        let before = repair.discontinuities
        let packet = repair.repair(raw, in: reader.demuxer)
        if place == .inside {
            discontinuities += repair.discontinuities - before
            streams.add(packet, of: reader.demuxer.stream(packet.streamIndex))
        }
        return Fed(packet: packet, place: place)
    }

    /// An audio packet as the output stores it; nil if it has no complete sample.
    func unpacked(_ packet: consuming Packet) throws -> Packet? {
        guard let unpacker = packedPCM[packet.streamIndex] else { return packet }
        return try unpacker.unpack(packet)
    }

    /// Timestamp discontinuities so far that were removed.
    var discontinuityCount: Int { discontinuities }

    /// By how much the output's timeline differs from the source's.
    var offset: StartOffset { repair.offset }
    /// Seconds from the first to the last frame of the main video that was read.
    var secondsRead: Double { reader.survey.seconds }
    var packets: PacketSurvey { reader.survey }
    var ownership: PacketOwnership { reader.ownership }

    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { reader.demuxer.stream(index) }

    /// Reads the demuxer's headers and index.
    func withDemuxer<Value>(_ body: (borrowing Demuxer) throws -> Value) rethrows -> Value { try body(reader.demuxer) }

    /// What was found out so far.
    func survey(_ decoding: borrowing VideoDecoding) -> SourceSurvey {
        SourceSurvey(
            packets: reader.survey, streams: streams, discontinuities: discontinuities,
            decoding: decoding.survey(loggedErrors: reader.demuxer.loggedErrors),
            notUnpacked: packedPCM.mapValues(\.rejected).filter { $0.value > 0 })
    }
}
