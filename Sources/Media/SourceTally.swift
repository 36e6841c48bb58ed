internal import CFFmpeg

/// What was read of a source, to be held against what its own index and headers promise.
struct SourceTally {
    private let declaredEnd: Double?
    private let indexedPictures: Int?
    private let mainVideo: Int
    private var timeBases: [Rational]
    private var videoPackets = 0
    private var end = -Double.infinity

    init(_ demuxer: borrowing Demuxer, mainVideo: Int) {
        let info = demuxer.info
        let context = demuxer.context.pointee
        self.mainVideo = mainVideo
        timeBases = info.streams.map(\.timeBase)
        let start = known(context.start_time).map { Double($0) / Double(reelpress_time_base) } ?? 0
        declaredEnd = info.duration.map { $0 + start }
        let entries = Int(avformat_index_get_entries_count(demuxer.stream(mainVideo)))
        // The one container whose index lists exactly the packets that the demuxer gives.
        indexedPictures = info.container.hasPrefix("mov") && entries > 0 ? entries : nil
    }

    mutating func add(_ packet: borrowing Packet) {
        if packet.streamIndex == mainVideo { videoPackets += 1 }
        guard timeBases.indices.contains(packet.streamIndex), let time = packet.presentationEnd else { return }
        end = max(end, seconds(time, in: timeBases[packet.streamIndex]))
    }

    /// - Throws: `MediaError` of code `truncatedSource` if the source ends before it says that it does.
    func checkWhole() throws(MediaError) {
        if let indexedPictures, videoPackets < indexedPictures {
            throw MediaError(
                .truncatedSource, .demux,
                "the source is cut off: its index lists \(indexedPictures) pictures, \(videoPackets) can be read",
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
