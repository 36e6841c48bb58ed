internal import CFFmpeg

/// What was read of a source, to be held against what its own index and headers promise.
struct SourceTally {
    private let declaredEnd: Double?
    private let indexedPictures: Int?
    private let mainVideo: Int
    private var timeBases: [Rational]
    private var videoPackets = 0
    private var end = -Double.infinity
    private var start = Double.infinity
    private var lastIsIncomplete: [Bool]
    /// Whether the container's own structure has an end, so that a part of a packet is the mark of a cut.
    private let hasEnd: Bool

    /// - Throws: `MediaError` of code `truncatedSource` if the source is shorter than its headers or its index say.
    init(_ demuxer: borrowing Demuxer, mainVideo: Int) throws {
        let info = demuxer.info
        let context = demuxer.context.pointee
        hasEnd = info.container != "mpegts"
        lastIsIncomplete = info.streams.map { _ in false }
        self.mainVideo = mainVideo
        timeBases = info.streams.map(\.timeBase)
        let origin = known(context.start_time).map { Double($0) / Double(reelpress_time_base) } ?? 0
        declaredEnd = info.duration.map { $0 + origin }
        let entries = Int(avformat_index_get_entries_count(demuxer.stream(mainVideo)))
        // The one container whose index lists exactly the packets that the demuxer gives.
        indexedPictures = info.container.hasPrefix("mov") && entries > 0 ? entries : nil
        try Self.checkSize(demuxer)
    }

    /// Seconds from the first to the last presentation time that was read.
    var secondsRead: Double { end > start ? end - start : 0 }

    /// Indexes of the streams whose last packet is incomplete.
    var incompleteEnds: [Int] { lastIsIncomplete.indices.filter { lastIsIncomplete[$0] } }

    /// Holds what headers and index promise against the bytes that are there.
    private static func checkSize(_ demuxer: borrowing Demuxer) throws {
        let size = demuxer.size
        let declared = try demuxer.declaredEnd()
        let needed = max(declared ?? 0, demuxer.indexedEnd())
        // Writers differ in whether they count their own headers and padding.
        guard needed > size + 16 || needed > size && declared == needed && demuxer.info.container == "mpegts" else {
            return
        }
        throw MediaError(
            .truncatedSource, .open, "the source is cut off: it has \(size) bytes, and tells of \(needed)",
            advice: advice)
    }

    mutating func add(_ packet: borrowing Packet) {
        if packet.streamIndex == mainVideo { videoPackets += 1 }
        guard timeBases.indices.contains(packet.streamIndex) else { return }
        lastIsIncomplete[packet.streamIndex] = packet.isIncomplete
        guard let time = packet.presentationEnd else { return }
        let position = seconds(time, in: timeBases[packet.streamIndex])
        (start, end) = (min(start, position), max(end, position))
    }

    /// - Throws: `MediaError` of code `truncatedSource` if the source ends before it says that it does.
    func checkWhole() throws(MediaError) {
        if let indexedPictures, videoPackets < indexedPictures {
            throw MediaError(
                .truncatedSource, .demux,
                "the source is cut off: its index lists \(indexedPictures) pictures, \(videoPackets) can be read",
                advice: Self.advice)
        }
        if hasEnd, let stream = incompleteEnds.first {
            throw MediaError(
                .truncatedSource, .demux, "the source is cut off: the last packet of stream \(stream) is incomplete",
                advice: Self.advice)
        }
        // Headers round, and count the longest stream's last duration in their own ways.
        if let declaredEnd, end < declaredEnd - max(1, declaredEnd / 50) {
            let read = end.isFinite ? end : 0
            throw MediaError(
                .truncatedSource, .demux,
                "the source is cut off: it says that it ends at \(tenths(declaredEnd)) s, its data end at \(tenths(read)) s",
                advice: Self.advice)
        }
    }

    private static let advice = "upload it again, whole"
}

private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
}
