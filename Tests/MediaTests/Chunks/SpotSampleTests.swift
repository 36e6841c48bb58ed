import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Samples at one CRF")
struct SpotSampleTests {
    private func spot(_ errors: [Double], bytes: [Int]) -> SpotSample {
        var sample = SpotSample()
        for (error, bytes) in zip(errors, bytes) { sample.add(error, bytes: bytes) }
        return sample
    }

    @Test("a spot's keyframe counts for the bytes of keyframes only")
    func keyframe() {
        let sample = spot([0.001, 0.01, 0.03], bytes: [900, 100, 300])
        #expect(sample.keyframeBytes == 900 && sample.frameBytes == 200)
        #expect(abs(sample.error - 0.02) < 0.001)
        #expect(spot([0.5], bytes: [7]).error == 0.5)
    }

    @Test("a further CRF is known from the spots that it was tried on")
    func changed() {
        let all = [0.01, 0.02, 0.04].map { spot([0, $0], bytes: [1000, 100]) }
        let first = CRFProbe(25.5, all)
        let other = CRFProbe(24.5, all, changed: [(all[1], spot([0, 0.018], bytes: [1500, 200]))])
        // Errors are 10 % smaller, of all spots.
        #expect(abs(other.mean - first.mean - 0.915) < 0.01 && abs(other.worst - first.worst - 0.915) < 0.01)
        #expect(other.keyframeBytes == 1500 && other.frameBytes == 200 && other.frames == 2)
        #expect(first.frames == 6 && first.mean > first.worst + 3)
        #expect(abs(first.bytesPerFrame - (100 + 900.0 / 250)) < 1e-9)
    }

    @Test("a sample ends with its frames, and x265 has seen those after them")
    func ends() throws {
        let source = MemorySource(try Clips.bytes("bikes"))
        let settings = TranscodeSettings(
            encoder: EncoderSettings(crf: 26, preset: "veryfast"), container: .mp4, threads: 2)
        var plan = try TranscodePlan(source, settings, cancellation: Cancellation())
        // As if it were an hour of video.
        plan.source.duration = 3600
        var samples = VideoSamples(startOf: plan, source, settings, cancellation: Cancellation())
        let probe = try #require(try samples.probe(crf: 26))
        #expect(probe.frames == 96)
        let whole = MemorySink()
        let result = try Transcode(source, settings, cancellation: Cancellation()).run(into: whole)
        let quality = try #require(result.statistics.quality)
        // The clip is even.
        #expect(abs(probe.mean - quality.mean) < 0.5, "\(probe.mean), \(quality.mean)")
        let bytes = Double(quality.bytes) / Double(quality.frames)
        #expect(abs(probe.bytesPerFrame - bytes) < 0.15 * bytes, "\(probe.bytesPerFrame), \(bytes)")
    }
}
