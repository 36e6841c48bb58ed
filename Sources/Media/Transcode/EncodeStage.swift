import Threads

/// The third stage: encodes frames into access units.
struct EncodeStage: ~Copyable, PipelineStage {
    private var encoder: HEVCEncoder

    init(_ encoder: consuming HEVCEncoder) {
        self.encoder = encoder
    }

    struct Outcome: Sendable {
        var counts = FrameCounts()
        var statistics: EncodeStatistics
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        let progress = pipeline.cancellation.progress
        func pass(_ unit: consuming AccessUnit) {
            progress.step()
            let bytes = unit.packet.byteCount
            pipeline.coded.push(.accessUnit(unit), bytes: bytes)
        }
        while let frame = pipeline.filtered.pop() {
            try pipeline.cancellation.check()
            try encoder.encode(frame) { pass($0) }
            progress.step()
        }
        try pipeline.rethrow()
        try encoder.finish { pass($0) }
        pipeline.coded.close()
        var outcome = Outcome(statistics: encoder.statistics())
        outcome.counts.encoded = encoder.framesIn
        outcome.counts.unscaledRPUs = encoder.unscaledRPUs
        return outcome
    }
}
