import Findings
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Assembly")
struct AssemblyTests {
    /// An element of the pipeline's last queue, kept until it is assembled: `Array` holds no value that can't be copied.
    private final class Stored {
        private var unit: CodedUnit?
        init(_ unit: consuming CodedUnit) { self.unit = consume unit }
        func take() -> CodedUnit? { unit.take() }
    }

    private struct Encoded {
        var plan: TranscodePlan
        var headers: StreamHeaders
        var units: [Stored]
    }

    /// Everything that an output is assembled from, and no output.
    private func encode(_ clip: [UInt8], _ settings: TranscodeSettings) throws -> Encoded {
        let pipeline = Pipeline(Cancellation())
        var demuxing = try DemuxStage(MemorySource(clip), settings, cancellation: pipeline.cancellation)
        let plan = try demuxing.plan(settings, pipeline)
        let encoder = try HEVCEncoder(plan.video, plan.encoder, logs: false)
        let headers = try encoder.headers()
        let stages = (
            try RunningStage("demux", demuxing, pipeline),
            try RunningStage("filter", FilterStage(FilterChain(for: plan.video, threads: 1), plan.video), pipeline),
            try RunningStage("encode", EncodeStage(encoder, plan.video), pipeline)
        )
        var units: [Stored] = []
        while let unit = pipeline.coded.pop() { units.append(Stored(unit)) }
        _ = (stages.0.join(), stages.1.join(), stages.2.join())
        try pipeline.rethrow()
        return Encoded(plan: plan, headers: headers, units: units)
    }

    private func assemble(_ encoded: Encoded, into sink: MemorySink) throws -> Assembly.Output {
        var assembly = try Assembly(encoded.plan, encoded.headers, into: sink, cancellation: Cancellation())
        for stored in encoded.units {
            switch stored.take() {
            case .accessUnit(let unit): try assembly.add(unit)
            case .copied(let packet): try assembly.add(copied: packet)
            case .read: break
            case nil: Issue.record("a unit was taken twice")
            }
        }
        return try assembly.finish()
    }

    @Test(
        "Units that were encoded before are assembled to the same bytes, without the source",
        arguments: Container.allCases)
    func sameBytes(container: Container) throws {
        let clip = try Clips.bytes("bigbuckbunny")
        let settings = TranscodeSettings(
            encoder: EncoderSettings(preset: "ultrafast"), container: container, threads: 1)
        let (whole, assembled) = (MemorySink(), MemorySink())
        _ = try Transcode(MemorySource(clip), settings, cancellation: Cancellation()).run(into: whole)
        let output = try assemble(encode(clip, settings), into: assembled)
        #expect(assembled.bytes == whole.bytes)
        #expect(output.scan.comparedFrames > 0 && output.isFaststart)
    }
}
