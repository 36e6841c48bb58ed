public import Findings

extension TranscodeResult {
    /// What the output's container says less than the source's: dispositions, languages and titles of streams, tags of
    /// the file; and what the source turned out to hold on the way.
    ///
    /// - Parameter plan: which of the source's streams are in the output; they keep their order.
    public func losses(_ plan: TranscodePlan) -> [Note] {
        let source = plan.source
        var losses = fragments.sorted { $0.key < $1.key }.map { Note.packetsDroppedAtStart(stream: $0, packets: $1) }
        if discontinuities > 0 { losses.append(.timestampDiscontinuities(discontinuities: discontinuities)) }
        losses += lateStreams.sorted { $0.key < $1.key }.map { stream, late in
            .streamLate(stream: stream, streamKind: late.kind.rawValue, codec: late.codec)
        }
        for (before, after) in pairs(source.streams.filter { plan.output.kept.contains($0.index) }) {
            losses += Self.losses(before, after, titles: plan.output.container == .matroska)
        }
        for (name, value) in source.tags.sorted(by: { $0.key < $1.key }) where output.tags[name] != value {
            losses.append(.tagLost(name: name, value: value))
        }
        return losses
    }

    /// - Parameter titles: whether every version of the output's demuxer reads titles of streams.
    private static func losses(_ before: StreamInfo, _ after: StreamInfo, titles: Bool) -> [Note] {
        var losses: [Note] = []
        let dispositions = before.dispositions.filter { !after.dispositions.contains($0) }
        if !dispositions.isEmpty { losses.append(.dispositionsLost(stream: before.index, dispositions: dispositions)) }
        if let language = before.language, language != "und", after.language != language {
            losses.append(.languageLost(stream: before.index, language: language, storedAs: after.language))
        }
        if titles, let title = before.title, after.title != title {
            losses.append(.titleLost(stream: before.index, title: title))
        }
        let tags = before.tags.filter { after.tags[$0.key] != $0.value }.keys.sorted()
        if !tags.isEmpty { losses.append(.streamTagsLost(stream: before.index, tags: tags)) }
        return losses
    }

    /// The streams with what became of them. They keep their order among their kind; muxers add some of their own, for
    /// chapters and timecodes, and put attachments last.
    private func pairs(_ kept: [StreamInfo]) -> [(before: StreamInfo, after: StreamInfo)] {
        let kinds = Set(kept.map(\.kind))
        let pairs = kinds.flatMap { kind in
            let (before, after) = (kept.filter { $0.kind == kind }, output.streams.filter { $0.kind == kind })
            return kind == .data || before.count == after.count ? Array(zip(before, after)) : []
        }
        return pairs.map { (before: $0.0, after: $0.1) }.sorted { $0.before.index < $1.before.index }
    }
}
