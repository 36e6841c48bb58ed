import Findings
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Quality of an encode")
struct QualityMeterTests {
    @Test("each frame is compared with its own reconstruction: the mean is that of the decoded output")
    func reconstruction() throws {
        let settings = TranscodeSettings(
            encoder: EncoderSettings(crf: 28, preset: "superfast"), container: .mp4, threads: 2)
        let sink = MemorySink()
        let result = try Transcode(MemorySource(try Clips.bytes("bikes")), settings, cancellation: Cancellation())
            .run(into: sink)
        let folder = try TemporaryFolder()
        let (output, log) = (folder("output.mp4"), folder("log"))
        try FileBytes.write(sink.bytes, to: output)
        let filter = "[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]xpsnr=stats_file=\(log)"
        try CurrentFFmpeg.run(["-i", Clips.path("bikes"), "-i", output, "-lavfi", filter, "-f", "null", "-"])
        let text = String(decoding: try FileBytes.read(log), as: UTF8.self)
        let last = try #require(text.split(separator: "\n").last { $0.contains("average") })
        let expected = last.split(separator: " ").compactMap { Double($0) }.suffix(3)
        let quality = try #require(result.statistics.quality)
        #expect(quality.frames == result.frames.written)
        for (value, mean) in zip(expected, [quality.mean, quality.meanCb, quality.meanCr]) {
            #expect(abs(mean - value) <= 0.01)
        }
        #expect(quality.bytes > 0 && quality.bytes < result.bytes)
    }

    @Test("nothing is measured if that is not wanted")
    func off() throws {
        var settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), container: .mp4, threads: 2)
        settings.encoder.measures = false
        let result = try Transcode(MemorySource(try Clips.bytes("bikes")), settings, cancellation: Cancellation())
            .run(into: MemorySink())
        #expect(result.statistics.quality == nil && result.statistics.lumaPSNR > 30)
    }
}
