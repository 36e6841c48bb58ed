import Threads

/// The second stage: filters decoded frames.
///
/// Of a chunk, it gets some frames before and after too: filters that look at neighbours need them, their checksums prove
/// the seams, and the first frames' quality depends on those before.
struct FilterStage: ~Copyable, PipelineStage {
    private var chain: FilterChain
    private let video: VideoPlan
    private let window: FrameWindow

    struct Outcome: Sendable {
        /// Frames that were deinterlaced or resized.
        var counts = FrameCounts()
        var seams = SeamProofs()
    }

    /// - Parameter window: the frames that are encoded.
    init(_ chain: consuming FilterChain, _ video: VideoPlan, window: FrameWindow = .whole) {
        self.chain = chain
        self.video = video
        self.window = window
    }

    mutating func run(_ pipeline: Pipeline) throws -> Outcome {
        var outcome = Outcome()
        let (video, window) = (video, window)
        func pass(_ frame: consuming FilteredFrame) {
            let place = window.place(of: frame.frame.presentationTime)
            outcome.seams.add(frame.frame, place, of: video, startsAtSeam: window.start != nil)
            if place == .after { return }
            var frame = frame
            frame.isBefore = place == .before
            if frame.isResized, !frame.isBefore { outcome.counts.resized += 1 }
            let bytes = frame.frame.byteCount
            pipeline.filtered.push(frame, bytes: bytes)
        }
        while let frame = pipeline.decoded.pop() {
            let isCounted = video.deinterlaces && frame.fieldOrder != nil
            if isCounted, window.place(of: frame.presentationTime) == .inside { outcome.counts.deinterlaced += 1 }
            try chain.filter(frame) { pass($0) }
            pipeline.filtered.waitForRoom()
        }
        try pipeline.rethrow()
        try chain.finish { pass($0) }
        pipeline.filtered.close()
        return outcome
    }
}
