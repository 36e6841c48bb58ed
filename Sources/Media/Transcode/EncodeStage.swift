import Containers
import Threads

/// The third stage: encodes frames into access units.
struct EncodeStage: ~Copyable, PipelineStage {
    private var encoder: HEVCEncoder
    private let timeBase: Rational

    init(_ encoder: consuming HEVCEncoder, _ video: VideoPlan) {
        self.encoder = encoder
        timeBase = video.timeBase
    }

    struct Outcome: Sendable {
        var counts = FrameCounts()
        var statistics: EncodeStatistics
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        let progress = pipeline.cancellation.progress
        let timeBase = timeBase
        var quality = QualitySums()
        func pass(_ unit: consuming AccessUnit) {
            progress.step()
            let bytes = unit.packet.byteCount
            if let measured = unit.quality {
                let time = seconds(unit.packet.presentationTime ?? 0, in: timeBase)
                quality.add(measured, at: time, bytes: bytes)
            }
            pipeline.coded.push(.accessUnit(unit), bytes: bytes)
        }
        while let frame = pipeline.filtered.pop() {
            try pipeline.cancellation.check()
            if frame.isBefore {
                try encoder.pass(frame)
                continue
            }
            try encoder.encode(frame) { pass($0) }
            progress.step()
        }
        try pipeline.rethrow()
        try encoder.finish { pass($0) }
        pipeline.coded.close()
        var outcome = Outcome(statistics: encoder.statistics())
        outcome.statistics.quality = quality.frames > 0 ? quality : nil
        outcome.counts.encoded = encoder.framesIn
        outcome.counts.unscaledRPUs = encoder.unscaledRPUs
        return outcome
    }
}
