import JobReport
import Media

extension Report {
    /// Frames that a page shows.
    private static let shown = 4

    /// Takes frames of an encode for the page, and one of them for the summary.
    mutating func enterFrames(_ statistics: EncodeStatistics) {
        let chosen = Self.chosen(statistics)
        guard !chosen.isEmpty else { return }
        snapshots = chosen.map { Snapshot($0.kind, $0.frame) }
        // The worst frame may be that of a cut or a flash.
        thumbnail = (chosen.first { $0.kind == .median } ?? chosen.first).flatMap { Thumbnail($0.frame.thumbnail) }
    }

    /// The worst frame, the one that is closest to the median, and others far from those.
    private static func chosen(_ statistics: EncodeStatistics) -> [(kind: Snapshot.Kind, frame: Media.Snapshot)] {
        guard let kept = statistics.snapshots, let worst = kept.worst else { return [] }
        var found: [(kind: Snapshot.Kind, frame: Media.Snapshot)] = [(.worst, worst)]
        var others = kept.others.filter { $0.time != worst.time }
        let median = statistics.quality?.percentile(0.5) ?? worst.xpsnr
        if let place = others.indices.min(by: { distance(others[$0], median) < distance(others[$1], median) }) {
            found.append((.median, others.remove(at: place)))
        }
        while found.count < shown, !others.isEmpty {
            func gap(_ frame: Media.Snapshot) -> Double { found.map { abs($0.frame.time - frame.time) }.min() ?? 0 }
            guard let place = others.indices.max(by: { gap(others[$0]) < gap(others[$1]) }) else { break }
            found.append((.other, others.remove(at: place)))
        }
        return found
    }

    private static func distance(_ frame: Media.Snapshot, _ median: Double) -> Double {
        abs(frame.xpsnr - median)
    }
}

extension Report.Snapshot {
    fileprivate init(_ kind: Kind, _ snapshot: Media.Snapshot) {
        self.init(
            kind: kind, time: snapshot.time, xpsnr: rounded(snapshot.xpsnr),
            psnr: rounded(snapshot.psnr), width: snapshot.width, height: snapshot.height,
            detail: snapshot.detail.map { Detail(width: $0.width, height: $0.height) },
            images: Report.Images(
                before: snapshot.before, after: snapshot.after, detailBefore: snapshot.detail?.before,
                detailAfter: snapshot.detail?.after))
    }
}
