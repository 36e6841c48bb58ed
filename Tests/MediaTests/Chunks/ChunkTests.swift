import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Chunks") struct ChunkTests {
    private func settings(
        _ frames: Int, container: Container = .mp4, threads: Int = 2, preset: String = "ultrafast"
    ) -> TranscodeSettings {
        var settings = TranscodeSettings(
            encoder: EncoderSettings(preset: preset), container: container, threads: threads)
        settings.chunking = .frames(frames)
        return settings
    }

    private func plan(_ clip: [UInt8], _ settings: TranscodeSettings) throws -> TranscodePlan {
        try TranscodePlan(MemorySource(clip), settings, cancellation: Cancellation())
    }

    private func encode(
        _ clip: [UInt8], _ plan: TranscodePlan, _ index: Int, leadIn: Int = 1, _ settings: TranscodeSettings
    ) throws -> (bytes: [UInt8], facts: ChunkFacts) {
        let sink = MemorySink()
        let encoding = try ChunkEncoding(
            MemorySource(clip), plan, chunk: index, leadIn: leadIn, settings, cancellation: Cancellation())
        let facts = try encoding.run(into: sink)
        return (sink.bytes, facts)
    }

    private func assemble(
        _ plan: TranscodePlan, _ chunks: [[UInt8]]
    ) throws -> (bytes: [UInt8], result: TranscodeResult) {
        let sink = MemorySink()
        let assembly = try ChunkAssembly(plan, chunks.map { MemorySource($0) }, damageTolerance: 0.01)
        let result = try assembly.run(into: sink, cancellation: Cancellation())
        return (sink.bytes, result)
    }

    @Test("The chunks of a clip hold every frame once", arguments: Container.allCases)
    func everyFrame(container: Container) throws {
        let clip = try Clips.bytes("bikes")
        let settings = settings(10, container: container)
        let plan = try plan(clip, settings)
        #expect(plan.isChunked)
        let chunks = try plan.chunks.indices.map { try encode(clip, plan, $0, settings) }
        let output = try assemble(plan, chunks.map(\.bytes))
        let whole = MemorySink()
        let live = try Transcode(
            MemorySource(clip), self.settings(1_000_000, container: container), cancellation: Cancellation()
        ).run(
            into: whole)
        #expect(output.result.frames == live.frames)
        #expect(output.result.expectation.timeDigest == live.expectation.timeDigest)
        #expect(output.result.expectation.copiedPackets == live.expectation.copiedPackets)
        #expect(output.result.isFaststart && output.result.comparedFrames > 0)
        #expect(output.result.statistics.frames == live.statistics.frames)
        let (parts, quality) = (output.result.chunks.compactMap(\.quality), output.result.statistics.quality)
        #expect(parts.count == plan.chunks.count && parts.dropFirst().reduce(parts[0], +) == quality)
        #expect(quality?.frames == live.statistics.quality?.frames)
        // Every chunk begins with a keyframe.
        #expect(Double(output.bytes.count) < Double(whole.bytes.count) * 1.5)
    }

    @Test("Chunks of an MP4 whose frames are reordered are entered by its index")
    func entered() throws {
        let plan = try plan(Clips.bytes("bikes"), settings(10))
        #expect(plan.chunks.count > 2)
        for chunk in plan.chunks.dropFirst() { #expect(chunk.cut.map { $0.seek != .none } == true) }
    }

    @Test(
        "A chunk has the same bytes with any number of threads, and from further ahead",
        arguments: ["medium", "ultrafast"])
    func isPure(preset: String) throws {
        let clip = try Clips.bytes("bikes")
        let plan = try plan(clip, settings(20, preset: preset))
        #expect(plan.chunks.count > 2)
        let index = 2
        let first = try encode(clip, plan, index, settings(20, threads: 1, preset: preset))
        for threads in [2, 4] {
            let other = try encode(clip, plan, index, leadIn: threads, settings(20, threads: threads, preset: preset))
            #expect(other.bytes == first.bytes)
        }
    }

    @Test("The work of a video is its frames' work, whatever its chunks are") func work() throws {
        let clip = try Clips.bytes("bikes")
        let plan = try plan(clip, settings(20, preset: "medium"))
        let area = Double(plan.encodedSize.width * plan.encodedSize.height) / (1920 * 1080)
        let frames = try #require(plan.source.duration) * plan.frameRate
        #expect(abs(plan.workSeconds - frames * 0.2 * max(area, 0.01)) < 1e-6)
        var unknown = plan
        unknown.source.duration = nil
        #expect(plan.chunks.count > 2 && abs(unknown.workSeconds / plan.workSeconds - 1) < 0.3)
        unknown.chunks = [.whole]
        #expect(unknown.workSeconds == 0)
    }

    @Test("A chunk that continues another video is made again") func seam() throws {
        let clip = try Clips.bytes("bikes")
        let settings = settings(20)
        let plan = try plan(clip, settings)
        var chunks = try plan.chunks.indices.map { try encode(clip, plan, $0, settings).bytes }
        var changed = plan
        changed.video.color.isFullRange = true
        chunks[1] = try encode(clip, changed, 1, settings).bytes
        #expect(throws: (any Error).self) {
            try ChunkAssembly(plan, chunks.map { MemorySource($0) }, damageTolerance: 0)
        }
        // The first frames of chunk 2 are not what chunk 1 saw after its end.
        var shifted = plan
        shifted.chunks[2].start = plan.chunks[2].start.map { $0 + plan.video.frameRate.period(in: plan.video.timeBase) }
        chunks[1] = try encode(clip, plan, 1, settings).bytes
        chunks[2] = try encode(clip, shifted, 2, settings).bytes
        #expect(throws: SeamMismatch(chunk: 2)) {
            try ChunkAssembly(plan, chunks.map { MemorySource($0) }, damageTolerance: 0)
        }
    }

    @Test("Parameters whose effect depends on frames long before leave one chunk, with a note")
    func parameters() throws {
        var settings = settings(20)
        settings.chunking = .automatic
        settings.encoder.parameters = [
            .init(name: "vbv-maxrate", value: "900"), .init(name: "vbv-bufsize", value: "900"),
        ]
        #expect(!settings.encoder.allowsChunks)
        settings.encoder.parameters = [.init(name: "psy-rd", value: "1")]
        #expect(settings.encoder.allowsChunks)
    }
}
