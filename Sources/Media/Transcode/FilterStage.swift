import Threads

/// The second stage: filters decoded frames.
struct FilterStage: ~Copyable, Stage {
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
