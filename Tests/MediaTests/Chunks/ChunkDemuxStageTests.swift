import Containers
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Reading of a chunk") struct ChunkDemuxStageTests {
    private let settings = TranscodeSettings(
        encoder: EncoderSettings(preset: "ultrafast"), container: .mp4, threads: 2)

    /// Ten frames from the 180th on, far behind a random access point.
    private func chunk(of plan: TranscodePlan) -> Chunk {
        let period = plan.video.frameRate.period(in: plan.video.timeBase)
        var chunk = Chunk.whole
        (chunk.start, chunk.end) = (180 * period, 190 * period)
        return chunk
    }

    /// The frames of the chunk, and those around it that the stage passes on.
    private func read(_ purpose: ChunkDemuxStage.Purpose, _ pipeline: Pipeline) throws -> [Int64: LumaSignature] {
        let source = MemorySource(try Clips.bytes("bikes"))
        let plan = try TranscodePlan(source, settings, cancellation: Cancellation())
        let size = plan.video.size
        let stage = try ChunkDemuxStage(
            source, plan, chunk(of: plan), leadIn: 1, purpose: purpose, settings, cancellation: pipeline.cancellation,
            onEnd: {})
        let running = try RunningStage("demux", stage, pipeline)
        var frames: [Int64: LumaSignature] = [:]
        while let frame = pipeline.decoded.pop() {
            let time = frame.presentationTime
            frames[time] = LumaSignature(of: frame, size: size)
        }
        #expect(running.join() != nil)
        try pipeline.rethrow()
        return frames
    }

    @Test("A sample's frames are those of a chunk, although not all frames before it are decoded")
    func sample() throws {
        let whole = try read(.output, Pipeline(Cancellation()))
        let sample = try read(.sample, Pipeline(Cancellation(), readsAhead: false))
        #expect(whole.count > 13 && sample == whole)
    }

    @Test("A sample sends nothing but frames: its encoder may have ended, and closed the last queue")
    func closed() throws {
        let pipeline = Pipeline(Cancellation(), readsAhead: false)
        pipeline.coded.close()
        #expect(try read(.sample, pipeline).count > 13)
    }
}
