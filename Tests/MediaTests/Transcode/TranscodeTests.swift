import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

/// The engine between a source and a sink in memory, on a real clip.
@Suite("Transcode") struct TranscodeTests {
    private struct Marker: Error, Equatable {}

    private let clip: [UInt8]
    private let settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)

    init() throws {
        clip = try Clips.bytes("carphone_pristine")
    }

    private func encode(
        _ source: any ByteSource, _ sink: any ByteSink, _ settings: TranscodeSettings, _ cancellation: Cancellation
    ) throws -> TranscodeResult {
        let transcode = try Transcode(source, settings, cancellation: cancellation)
        return try transcode.run(into: sink)
    }

    @Test("Every frame arrives once", arguments: Container.allCases)
    func frames(container: Container) throws {
        var settings = settings
        settings.container = container
        let sink = MemorySink()
        let result = try encode(MemorySource(clip), sink, settings, Cancellation())
        #expect(result.frames.decoded == 120 && result.frames.encoded == 120 && result.frames.written == 120)
        #expect(result.output.streams.first?.codec == "hevc" && result.comparedFrames == 1)
        #expect(result.bytes == UInt64(sink.bytes.count) && result.isFaststart && sink.violations.isEmpty)
        #expect(result.statistics.lumaPSNR > 30 && result.statistics.lumaPSNR < 60)
        #expect(result.statistics.lumaSSIM > 0.9 && result.statistics.lumaSSIM < 1)
        _ = try OutputCheck.verify(MemorySource(sink.bytes), result.expectation, cancellation: Cancellation())
    }

    @Test("The same source and settings give the same bytes") func deterministic() throws {
        let (one, other) = (MemorySink(), MemorySink())
        var settings = settings
        settings.container = .matroska
        _ = try encode(MemorySource(clip), one, settings, Cancellation())
        _ = try encode(MemorySource(clip), other, settings, Cancellation())
        #expect(one.bytes == other.bytes)
    }

    @Test("An error of the source is thrown unchanged", arguments: [1, 60_000, 300_000, 588_000])
    func sourceError(offset: UInt64) throws {
        let source = MemorySource(clip, failure: (offset, Marker()))
        #expect(throws: Marker()) { try encode(source, MemorySink(), settings, Cancellation()) }
    }

    @Test("An error of the sink is thrown unchanged", arguments: [0, 10_000, 40_000])
    func sinkError(offset: UInt64) throws {
        let sink = MemorySink(failure: (offset, Marker()))
        #expect(throws: Marker()) { try encode(MemorySource(clip), sink, settings, Cancellation()) }
    }

    @Test("A cancelled transcode throws the cancellation's reason")
    func cancelled() throws {
        let cancellation = Cancellation(reason: ReportedError.interrupted)
        #expect(throws: ReportedError.interrupted) {
            let transcode = try Transcode(MemorySource(clip), settings, cancellation: cancellation)
            _ = try transcode.run(into: MemorySink()) { progress in if progress.frames == 5 { cancellation.cancel() } }
        }
    }

    @Test("An unknown x265 parameter is named") func unknownParameter() throws {
        var settings = settings
        settings.encoder.parameters = [.init(name: "no-such-thing", value: "1")]
        let error = #expect(throws: ReportedError.self) {
            try encode(MemorySource(clip), MemorySink(), settings, Cancellation())
        }
        #expect(error?.code == .badSetting && error?.message.contains("no-such-thing") == true)
    }
}
