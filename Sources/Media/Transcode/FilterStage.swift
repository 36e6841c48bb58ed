import Threads

/// The second stage: filters decoded frames.
struct FilterStage: ~Copyable, PipelineStage {
    private var chain: FilterChain

    init(_ chain: consuming FilterChain) {
        self.chain = chain
    }

    /// - Returns: the counts of frames that were deinterlaced or resized.
    mutating func run(_ pipeline: Pipeline) throws -> FrameCounts {
        func pass(_ frame: consuming FilteredFrame) {
            let bytes = frame.frame.byteCount
            pipeline.filtered.push(frame, bytes: bytes)
        }
        while let frame = pipeline.decoded.pop() { try chain.filter(frame) { pass($0) } }
        try pipeline.rethrow()
        try chain.finish { pass($0) }
        pipeline.filtered.close()
        var counts = FrameCounts()
        counts.deinterlaced = chain.deinterlacedCount
        counts.resized = chain.resizedCount
        return counts
    }
}

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
