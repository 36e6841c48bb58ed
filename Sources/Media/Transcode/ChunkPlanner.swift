import CFFmpeg
import Containers
import Findings
import Threads

/// Divides a planned video into chunks.
struct ChunkPlanner {
    private let plan: TranscodePlan
    private let settings: TranscodeSettings
    private let cancellation: Cancellation
    /// Frames of a chunk.
    private let frames: Int

    /// Seconds before a cut at which decoding begins at the latest: time for parsers of copied streams to find their
    /// frames.
    private static let leadIn = 1.0
    /// Bytes of a source without a known duration that is worth the scan.
    private static let smallSource: UInt64 = 32 << 20

    /// - Returns: nil if the settings want one chunk.
    init?(_ plan: TranscodePlan, _ settings: TranscodeSettings, cancellation: Cancellation) {
        let total = plan.source.duration.map { $0 * plan.frameRate }
        let (size, preset) = (plan.encodedSize, plan.encoder.preset)
        guard let frames = settings.chunking.frames(size, preset: preset, of: total) else { return nil }
        (self.plan, self.settings, self.cancellation, self.frames) = (plan, settings, cancellation, frames)
    }

    /// - Returns: the plan with its chunks, or with a note on why a long video is not divided.
    func divide(_ source: any ByteSource) throws -> TranscodePlan {
        guard isWorthIt(bytes: source.size) else { return plan }
        guard plan.encoder.allowsChunks else { return undivided(.parameters) }
        let (video, kept) = (plan.output.mainVideo, plan.output.kept)
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        guard demuxer.streamCount == plan.source.streams.count else { return undivided(.noRandomAccess) }
        let offset = StartOffset(for: video, keeping: kept, in: demuxer.context).ticks(in: plan.video.timeBase)
        if let index = try demuxer.index(of: video, keeping: kept, offset: offset) {
            let cuts = try self.cuts(index.points).compactMap { number -> (Int, RandomAccessPoint)? in
                try cancellation.check()
                let point = index.points[number]
                guard case .fragment = point.seek else {
                    return try demuxer.resolve(point, of: video, index.division, offset: offset).map { (number, $0) }
                }
                let entered = try Demuxer(
                    point.entered(source), limits: settings.limits, cancellation: cancellation)
                return try entered.resolve(point, of: video, index.division, offset: offset).map { (number, $0) }
            }
            if !cuts.isEmpty, areSound(cuts, of: index) { return divided(index.division, index.points, cuts) }
        }
        return try scanned(source)
    }

    /// Reads the whole source once, without decoding it, where no index leads to its packets.
    private func scanned(_ source: any ByteSource) throws -> TranscodePlan {
        let container = plan.source.sourceContainer
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        var feed = try PacketFeed(demuxer, plan.output, settings.limits)
        var points: [RandomAccessPoint] = []
        var packets = 0
        var last = Int64.min
        while let fed = try feed.next() {
            try cancellation.check()
            defer { packets += 1 }
            let packet = fed.packet
            guard packet.streamIndex == plan.output.mainVideo, packet.isKeyframe,
                let time = packet.presentationTime, time > last
            else { continue }
            last = time
            let position = packet.pointer.pointee.pos
            points.append(
                RandomAccessPoint(
                    presentation: time, decoding: known(packet.pointer.pointee.dts),
                    position: position >= 0 ? position : nil, order: packets, seek: .none))
        }
        points.removeFirst(min(1, points.count))
        let cuts = self.cuts(points).map { ($0, points[$0]) }
        guard !cuts.isEmpty else { return undivided(.noRandomAccess) }
        // A transport or program stream can be entered anywhere; its clock must not have jumped before.
        let positions = points.map { $0.position ?? -1 }
        guard container.isMPEGSystems, feed.discontinuityCount == 0, positions.allSatisfy({ $0 >= 0 }),
            zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 })
        else { return divided(.order, points, cuts) }
        let seekable = points.map { point in
            var point = point
            point.seek = .byte(point.position ?? 0)
            return point
        }
        return divided(.position, seekable, cuts.map { ($0.0, seekable[$0.0]) })
    }

    /// Whether there is more than one chunk in it.
    func isWorthIt(bytes: UInt64) -> Bool {
        guard settings.chunking == .automatic else { return true }
        guard let duration = plan.source.duration else { return bytes >= Self.smallSource }
        return (duration * plan.video.frameRate.value / Double(frames)).rounded() >= 2
    }

    private func cuts(_ points: [RandomAccessPoint]) -> [Int] {
        let times = points.map { seconds($0.presentation, in: plan.video.timeBase) }
        let duration = max(plan.source.duration ?? 0, times.last ?? 0)
        return ChunkLayout.cuts(
            times, duration: duration, length: Double(frames) / plan.video.frameRate.value,
            isExact: settings.chunking != .automatic)
    }

    /// Whether cuts at fragments can be used: their DTS may be shifted, but everywhere by as much, and no chunk may be
    /// much longer than it should be, as where most keyframes are in the middle of fragments.
    private func areSound(_ cuts: [(number: Int, point: RandomAccessPoint)], of index: SourceIndex) -> Bool {
        guard case .fragment? = index.points.first?.seek else { return true }
        let shifts = cuts.map { number, cut in index.points[number].decoding.map { (cut.decoding ?? 0) - $0 } }
        let starts = cuts.map { seconds($0.point.presentation, in: plan.video.timeBase) }
        let times: [Double] = [0] + starts + [plan.source.duration ?? 0]
        let length = Double(frames) / plan.video.frameRate.value
        return Set(shifts).count == 1 && zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 2 * length + 1 }
    }

    private func divided(
        _ division: PacketDivision, _ points: [RandomAccessPoint], _ cuts: [(number: Int, point: RandomAccessPoint)]
    ) -> TranscodePlan {
        var plan = plan
        plan.division = division
        let distance = rescale(Int64(Self.leadIn * 1000), from: Rational(1, 1000), to: plan.video.timeBase)
        var chunks = [Chunk.whole]
        for (number, cut) in cuts {
            chunks[chunks.count - 1].end = cut.presentation
            let entry = points[..<number].last { $0.presentation <= cut.presentation - distance }
            chunks.append(
                Chunk(index: chunks.count, start: cut.presentation, end: nil, cut: cut, entry: entry))
        }
        plan.chunks = chunks
        return plan
    }

    private func undivided(_ reason: Note.WholeReason) -> TranscodePlan {
        var plan = plan
        if settings.chunking == .automatic { plan.notes.append(.encodedWhole(reason: reason)) }
        return plan
    }
}

extension EncoderSettings {
    /// Whether frames can be encoded in chunks with these parameters: not where an encoder's state, or the number of
    /// processors, decides about the bitstream.
    ///
    /// Source: x265 documentation, "Command Line Options" and "Threading".
    var allowsChunks: Bool {
        !name(
            oneOf: "vbv-bufsize", "vbv-maxrate", "vbv-init", "vbv-end", "hrd", "hrd-concat", "strict-cbr", "zones",
            "nr-intra", "nr-inter", "frame-threads", "pools", "numa-pools", "lookahead-threads", "wpp", "no-wpp",
            "pmode", "pme",
            "opt-qp-pps", "opt-ref-list-length-pps", "multi-pass-opt-rps", "open-gop", "chunk-start", "chunk-end",
            "info", "hevc-aq", "qcomp", "cutree", "no-cutree", "copy-pic", "no-copy-pic", "aud", "eob", "eos")
    }
}
