import Containers
import Threads

/// The last stage: assembles the output and reports how far it is. It runs on the caller's thread.
struct MuxStage: ~Copyable {
    private var assembly: Assembly
    private let timeBase: Rational
    private let duration: Double?

    init(_ assembly: consuming Assembly, _ plan: TranscodePlan) {
        self.assembly = assembly
        timeBase = plan.video.timeBase
        duration = plan.source.duration
    }

    /// - Parameter onProgress: called after every access unit.
    mutating func run(
        _ pipeline: Pipeline, onProgress: (TranscodeProgress) -> Void
    ) throws -> (output: Assembly.Output, counts: FrameCounts) {
        while let unit = pipeline.coded.pop() {
            try pipeline.cancellation.check()
            switch consume unit {
            case .copied(let packet):
                try assembly.add(copied: packet)
            case .accessUnit(let unit):
                let time = unit.packet.presentationTime ?? 0
                try assembly.add(unit)
                onProgress(
                    TranscodeProgress(
                        frames: assembly.times.count, seconds: seconds(time - assembly.times.first, in: timeBase),
                        duration: duration, bytes: assembly.byteCount))
            }
        }
        try pipeline.rethrow()
        let output = try assembly.finish()
        var counts = FrameCounts()
        counts.written = assembly.times.count
        return (output, counts)
    }
}
