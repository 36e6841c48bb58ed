import CFFmpeg
import Containers
import Findings

/// What was read of a source, to be held against what its own index and headers promise.
struct TruncationCheck {
    private let declaredEnd: Double?
    private let indexedPictures: Int?
    private let mainVideo: Int
    private var timeBases: [Rational]
    /// Streams that are read, with an index that lists their packets.
    private let indexed: [Int]
    private var packets: [Int]
    private var end = -Double.infinity
    private var firstPicture = Double.infinity
    private var lastPicture = -Double.infinity
    private var lastIsIncomplete: [Bool]
    /// Whether the container's own structure has an end, so that a part of a packet is the mark of a cut.
    private let hasEnd: Bool

    /// - Throws: `ReportedError` of code `truncatedSource` if the source is shorter than its headers or its index say.
    init(_ demuxer: borrowing Demuxer, _ plan: OutputPlan) throws {
        let info = demuxer.info
        mainVideo = plan.mainVideo
        let context = demuxer.context.pointee
        hasEnd = info.sourceContainer != .mpegTS
        lastIsIncomplete = info.streams.map { _ in false }
        packets = info.streams.map { _ in 0 }
        timeBases = info.streams.map(\.timeBase)
        let origin = known(context.start_time).map { Double($0) / Double(reelpress_time_base) } ?? 0
        let entries = info.streams.indices.map { Int(avformat_index_get_entries_count(demuxer.stream($0))) }
        // The one container whose index lists exactly the packets that the demuxer gives.
        let isMovie = info.sourceContainer == .isoBMFF
        // A movie's index lists every packet, and its duration is the media's, of which an edit list may show a part. Of
        // Matroska some writers count the duration from the first picture, some from zero.
        let isIndexed = try isMovie && !demuxer.isFragmented()
        let countsFromZero = info.sourceContainer == .matroska
        declaredEnd = isIndexed ? nil : info.duration.map { $0 + (countsFromZero ? min(origin, 0) : origin) }
        indexedPictures = isMovie && entries[mainVideo] > 0 ? entries[mainVideo] : nil
        indexed =
            !isMovie
            ? []
            : info.streams.indices.filter { index in
                plan.kept.contains(index) && [.video, .audio, .subtitle].contains(info.streams[index].kind)
                    && entries[index] > 0
            }
        try Self.checkSize(demuxer)
    }

    /// Seconds from the first to the last picture that was read.
    var secondsRead: Double { lastPicture > firstPicture ? lastPicture - firstPicture : 0 }

    /// Indexes of the streams whose last packet is incomplete.
    var incompleteEnds: [Int] { lastIsIncomplete.indices.filter { lastIsIncomplete[$0] } }

    /// Holds what headers and index promise against the bytes that are there.
    private static func checkSize(_ demuxer: borrowing Demuxer) throws {
        let size = demuxer.size
        let declared = try demuxer.declaredEnd()
        let needed = max(declared ?? 0, demuxer.indexedEnd())
        // Writers differ in whether they count their own headers and padding.
        let isCounted = [.mpegTS, .mpegPS, .ogg, .dv].contains(demuxer.info.sourceContainer)
        guard needed > size + (isCounted && declared == needed ? 0 : 16) else { return }
        throw ReportedError(
            .truncatedSource, .open, "the source is cut off: it has \(size) bytes, and tells of \(needed)",
            advice: advice)
    }

    mutating func add(_ packet: borrowing Packet) {
        guard timeBases.indices.contains(packet.streamIndex) else { return }
        packets[packet.streamIndex] += 1
        lastIsIncomplete[packet.streamIndex] = packet.isIncomplete
        guard let time = packet.presentationEnd else { return }
        let position = seconds(time, in: timeBases[packet.streamIndex])
        end = max(end, position)
        if packet.streamIndex == mainVideo {
            (firstPicture, lastPicture) = (min(firstPicture, position), max(lastPicture, position))
        }
    }

    /// - Throws: `ReportedError` of code `unsupported` if streams that the index lists have no data in the source itself.
    func checkPresent() throws(ReportedError) {
        guard let stream = indexed.first(where: { packets[$0] == 0 }) else { return }
        throw ReportedError(
            .unsupported, .demux, "the source keeps the data of stream \(stream) in another file, which is not read",
            advice: "save it as one file that holds all of its data")
    }

    /// - Throws: `ReportedError` of code `truncatedSource` if the source ends before it says that it does.
    func checkWhole() throws(ReportedError) {
        let videoPackets = packets[mainVideo]
        if let indexedPictures, videoPackets < indexedPictures {
            throw ReportedError(
                .truncatedSource, .demux,
                "the source is cut off: its index lists \(indexedPictures) pictures, \(videoPackets) can be read",
                advice: Self.advice)
        }
        if hasEnd, let stream = incompleteEnds.first {
            throw ReportedError(
                .truncatedSource, .demux, "the source is cut off: the last packet of stream \(stream) is incomplete",
                advice: Self.advice)
        }
        // Headers round, and count the longest stream's last duration in their own ways.
        if let declaredEnd, end < declaredEnd - max(1, declaredEnd / 50) {
            let read = end.isFinite ? end : 0
            throw ReportedError(
                .truncatedSource, .demux,
                "the source is cut off: it says that it ends at \(tenths(declaredEnd)) s, its data end at \(tenths(read)) s",
                advice: Self.advice)
        }
    }

    private static let advice = "upload it again, whole"
}

private func tenths(_ value: Double) -> String {
    let tenths = Int(min(max(value * 10, -1e15), 1e15).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
}
