import CFFmpeg

extension TranscodeResult {
    /// What the output's container says less than the source's: flags, languages and titles of streams, tags of the file.
    ///
    /// - Parameter plan: which of the source's streams are in the output; they keep their order.
    /// - Returns: a sentence for each loss.
    public func losses(from source: MediaInfo, _ plan: OutputPlan) -> [String] {
        let kept = source.streams.filter { plan.kept.contains($0.index) }
        var losses = fragments.sorted { $0.key < $1.key }.map { stream, count in
            "\(count == 1 ? "1 packet" : "\(count) packets") at the beginning of stream \(stream) "
                + "\(count == 1 ? "is" : "are") no whole sound and not kept"
        }
        if clockJumps > 0 {
            let places = clockJumps == 1 ? "1 place" : "\(clockJumps) places"
            losses.append("the source's clock jumps at \(places): the times go on there without a gap")
        }
        losses += lateStreams.sorted { $0.key < $1.key }.map { stream, what in
            "stream \(stream) (\(what)) begins in the middle of the source and is not kept"
        }
        for (before, after) in pairs(kept) {
            let flags = before.flags.filter { !after.flags.contains($0) }
            if !flags.isEmpty {
                losses.append("stream \(before.index) is no longer marked as \(flags.joined(separator: " and "))")
            }
            if let language = before.language, language != "und", after.language != language {
                losses.append("the language \(language) of stream \(before.index) is \(after.language ?? "not kept")")
            }
            // What the muxer of MP4 writes of it, not every version of the demuxer reads.
            if let title = before.title, after.title != title, plan.container == .matroska {
                losses.append("the title of stream \(before.index) is not kept: \(title)")
            }
            let tags = before.tags.filter { after.tags[$0.key] != $0.value }.keys.sorted()
            if !tags.isEmpty {
                losses.append("tags of stream \(before.index) are not kept: \(tags.joined(separator: ", "))")
            }
        }
        for (name, value) in source.tags.sorted(by: { $0.key < $1.key }) where output.tags[name] != value {
            losses.append("the tag \(name) is not kept: \(value)")
        }
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
