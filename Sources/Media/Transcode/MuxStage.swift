import Containers
import Threads

/// The last stage: assembles the output and reports how far it is. It runs on the caller's thread.
struct MuxStage: ~Copyable {
    private var assembly: Assembly

    init(_ assembly: consuming Assembly) {
        self.assembly = assembly
    }

    /// - Parameter onProgress: called after every access unit.
    mutating func run(
        _ pipeline: Pipeline, onProgress: (TranscodeProgress) -> Void
    ) throws -> (output: Assembly.Output, counts: FrameCounts) {
        while let unit = pipeline.coded.pop() {
            try pipeline.cancellation.check()
            switch consume unit {
            case .read: break
            case .copied(let packet):
                try assembly.add(copied: packet)
            case .accessUnit(let unit):
                try assembly.add(unit)
                onProgress(assembly.progress)
            }
        }
        try pipeline.rethrow()
        let output = try assembly.finish()
        var counts = FrameCounts()
        counts.written = assembly.times.count
        return (output, counts)
    }
}
