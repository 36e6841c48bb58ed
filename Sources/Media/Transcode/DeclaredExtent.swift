import CFFmpeg
import Containers
import Findings

/// What a source's index and headers promise, to be compared with the packets that were read.
struct DeclaredExtent: Sendable, Codable, Equatable {
    private let end: Double?
    private let indexedFrames: Int?
    private let mainVideo: Int
    /// Output streams with an index that lists their packets.
    private let indexed: [Int]
    /// Whether the container has an end marker, so that an incomplete packet shows that the source is truncated.
    private let hasEnd: Bool

    /// - Throws: `ReportedError` of code `truncatedSource` if the source is shorter than its headers or index state.
    init(_ demuxer: borrowing Demuxer, _ plan: OutputPlan) throws {
        let info = demuxer.info
        mainVideo = plan.mainVideo
        let context = demuxer.context.pointee
        hasEnd = info.sourceContainer != .mpegTS
        let origin = known(context.start_time).map { Double($0) / Double(reelpress_time_base) } ?? 0
        let entries = info.streams.indices.map { Int(avformat_index_get_entries_count(demuxer.stream($0))) }
        // The only container whose index lists exactly the packets that the demuxer returns.
        let isISOBMFF = info.sourceContainer == .isoBMFF
        // MP4's index is exact, but its duration covers all media even if an edit list shows less. Matroska muxers
        // measure duration from either the first frame or zero.
        let isIndexed = try isISOBMFF && !demuxer.isFragmented()
        let countsFromZero = info.sourceContainer == .matroska
        end = isIndexed ? nil : info.duration.map { $0 + (countsFromZero ? min(origin, 0) : origin) }
        indexedFrames = isISOBMFF && entries[mainVideo] > 0 ? entries[mainVideo] : nil
        indexed =
            !isISOBMFF
            ? []
            : info.streams.indices.filter { index in
                plan.kept.contains(index) && [.video, .audio, .subtitle].contains(info.streams[index].kind)
                    && entries[index] > 0
            }
        try Self.checkSize(demuxer)
    }

    /// Compares the size that headers and index state with the source's.
    private static func checkSize(_ demuxer: borrowing Demuxer) throws {
        let size = demuxer.size
        let declared = try demuxer.declaredEnd()
        let needed = max(declared ?? 0, demuxer.indexedEnd())
        // Muxers differ in whether they count headers and padding.
        let isCounted = [.mpegTS, .mpegPS, .ogg, .dv].contains(demuxer.info.sourceContainer)
        guard needed > size + (isCounted && declared == needed ? 0 : 16) else { return }
        throw ReportedError(
            .truncatedSource, .open,
            "the source is truncated: it has \(size) bytes, its headers and index need \(needed)",
            advice: advice)
    }

    /// - Throws: `ReportedError` of code `unsupported` if indexed streams have no data in the source itself.
    func checkPresent(_ read: PacketSurvey) throws(ReportedError) {
        guard let stream = indexed.first(where: { read.packets[$0] == 0 }) else { return }
        throw ReportedError(
            .unsupported, .demux, "the source stores the data of stream \(stream) in another file, which is not read",
            advice: "save it as one file that holds all of its data")
    }

    /// - Throws: `ReportedError` of code `truncatedSource` if the source ends before its headers or index state.
    func checkComplete(_ read: PacketSurvey) throws(ReportedError) {
        let videoPackets = read.packets[mainVideo]
        if let indexedFrames, videoPackets < indexedFrames {
            throw ReportedError(
                .truncatedSource, .demux,
                "the source is truncated: its index lists \(indexedFrames) \(indexedFrames == 1 ? "frame" : "frames"), \(videoPackets) can be read",
                advice: Self.advice)
        }
        if hasEnd, let stream = read.incompleteEnds.first {
            throw ReportedError(
                .truncatedSource, .demux, "the source is truncated: the last packet of stream \(stream) is incomplete",
                advice: Self.advice)
        }
        // Headers round, and muxers differ in how they count the last packet's duration.
        let reached = read.end ?? -.infinity
        if let end, reached < end - max(1, end / 50) {
            let reached = reached.isFinite ? reached : 0
            throw ReportedError(
                .truncatedSource, .demux,
                "the source is truncated: its headers state an end at \(tenths(end)) s, its data end at \(tenths(reached)) s",
                advice: Self.advice)
        }
    }

    private static let advice = "upload the complete file again"
}

private func tenths(_ value: Double) -> String {
    let tenths = Int(min(max(value * 10, -1e15), 1e15).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
}
