import JobReport
import Media

extension Report.Quality {
    init(_ result: TranscodeResult) {
        self.init(lumaPSNR: result.statistics.lumaPSNR, lumaSSIM: result.statistics.lumaSSIM)
        guard let sums = result.statistics.quality else { return }
        xpsnr = Report.XPSNR(sums)
        timeline = Report.Timeline(sums)
        let chunks = result.chunks.compactMap { chunk in
            chunk.quality.flatMap { sums in
                Report.XPSNR(sums).map {
                    Report.ChunkQuality(index: chunk.index, start: chunk.start, bytes: sums.bytes, xpsnr: $0)
                }
            }
        }
        if !chunks.isEmpty { self.chunks = chunks }
    }
}

extension Report.XPSNR {
    /// - Returns: nil without frames.
    init?(_ sums: QualitySums) {
        guard let worst = sums.worst, let p5 = sums.percentile(0.05) else { return nil }
        self.init(
            mean: rounded(sums.mean), p5: rounded(p5), worst: rounded(worst.xpsnr), worstTime: worst.time,
            cb: rounded(sums.meanCb), cr: rounded(sums.meanCr))
    }
}

extension Report.Search {
    init(_ choice: CRFChoice) {
        self.init(
            target: choice.target, crf: choice.crf, reached: choice.isReached, expected: choice.expected.map(rounded),
            probes: choice.probes.map(Probe.init), cpuSeconds: choice.probes.map(\.cpuSeconds).reduce(0, +))
    }
}

extension Report.Search.Probe {
    init(_ probe: CRFProbe) {
        self.init(
            crf: probe.crf, mean: rounded(probe.mean), worst: rounded(probe.worst), frames: probe.frames,
            bytesPerFrame: probe.bytesPerFrame)
    }
}

extension Report.Timeline {
    /// Spans of a timeline: more than a page can show are of no use.
    private static let limit = 600

    init(_ sums: QualitySums) {
        let (step, spans) = sums.timeline(limit: Self.limit)
        let all = (0...max(0, spans.keys.max() ?? 0)).map { spans[$0] }
        self.init(
            step: step, mean: all.map { $0.map { rounded($0.mean) } },
            lowest: all.map { $0.map { rounded($0.lowest) } },
            bytes: all.map { $0?.bytes ?? 0 })
    }
}

/// Decibels as a report has them.
func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
