import JobReport
import Media

extension Report {
    /// Frames that a page shows.
    private static let shown = 4

    /// The worst frame, the one that is closest to the median, and others far from those.
    static func snapshots(_ statistics: EncodeStatistics) -> [Snapshot]? {
        guard let kept = statistics.snapshots, let worst = kept.worst else { return nil }
        var found = [Snapshot(.worst, worst)]
        var others = kept.others.filter { $0.time != worst.time }
        let median = statistics.quality?.percentile(0.5) ?? worst.xpsnr
        if let place = others.indices.min(by: { distance(others[$0], median) < distance(others[$1], median) }) {
            found.append(Snapshot(.median, others.remove(at: place)))
        }
        while found.count < shown, !others.isEmpty {
            func gap(_ snapshot: Media.Snapshot) -> Double { found.map { abs($0.time - snapshot.time) }.min() ?? 0 }
            guard let place = others.indices.max(by: { gap(others[$0]) < gap(others[$1]) }) else { break }
            found.append(Snapshot(.other, others.remove(at: place)))
        }
        return found
    }

    private static func distance(_ snapshot: Media.Snapshot, _ median: Double) -> Double {
        abs(snapshot.xpsnr - median)
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
