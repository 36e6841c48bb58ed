import Containers
import Threads

/// The third stage: encodes frames into access units.
struct EncodeStage: ~Copyable, PipelineStage {
    private var encoder: HEVCEncoder
    private let timeBase: Rational
    private let sampleEnd: Int64?

    /// - Parameter sampleEnd: frames from this PTS on are for x265's lookahead: the encode ends when all before are out.
    ///   nil encodes all frames.
    init(_ encoder: consuming HEVCEncoder, _ video: VideoPlan, sampleEnd: Int64? = nil) {
        self.encoder = encoder
        timeBase = video.timeBase
        self.sampleEnd = sampleEnd
    }

    struct Outcome: Sendable {
        var counts = FrameCounts()
        var statistics: EncodeStatistics
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        let progress = pipeline.cancellation.progress
        let (timeBase, end) = (timeBase, sampleEnd ?? .max)
        var missing = 0
        var quality = QualitySums()
        func pass(_ unit: consuming AccessUnit) {
            progress.step()
            let bytes = unit.packet.byteCount
            if unit.packet.presentationTime ?? 0 < end { missing -= 1 }
            if let measured = unit.quality {
                let time = seconds(unit.packet.presentationTime ?? 0, in: timeBase)
                quality.add(measured, at: time, bytes: bytes)
            }
            pipeline.coded.push(.accessUnit(unit), bytes: bytes)
        }
        var isComplete = false
        while let frame = pipeline.filtered.pop() {
            try pipeline.cancellation.check()
            if frame.isBefore {
                try encoder.pass(frame)
                continue
            }
            let isWanted = frame.frame.presentationTime < end
            if isWanted { missing += 1 }
            try encoder.encode(frame) { pass($0) }
            progress.step()
            if !isWanted, missing == 0 {
                isComplete = true
                pipeline.endInput()
            }
        }
        try pipeline.rethrow()
        if !isComplete { try encoder.finish { pass($0) } }
        pipeline.coded.close()
        var outcome = Outcome(statistics: encoder.statistics())
        outcome.statistics.quality = quality.frames > 0 ? quality : nil
        outcome.counts.encoded = encoder.framesIn
        outcome.counts.unscaledRPUs = encoder.unscaledRPUs
        return outcome
    }
}
