import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Samples at one CRF")
struct SpotSampleTests {
    private func spot(_ errors: [Double], bytes: [Int], isStart: Bool = true) -> SpotSample {
        var sample = SpotSample(isStart: isStart)
        for (error, bytes) in zip(errors, bytes) { sample.add(error, bytes: bytes) }
        return sample
    }

    @Test("a spot's keyframe counts for the bytes of keyframes only")
    func keyframe() {
        let sample = spot([0.001, 0.01, 0.03], bytes: [900, 100, 300])
        #expect(sample.keyframeBytes == 900 && sample.frameBytes == 200)
        #expect(abs(sample.error - 0.02) < 1e-9)
        #expect(spot([0.5], bytes: [7]).error == 0.5)
    }

    @Test("keyframes of a whole video are larger than a spot's, and other frames smaller")
    func middle() {
        let start = spot([0.001, 0.01], bytes: [900, 100])
        let middle = spot([0.001, 0.01], bytes: [900, 100], isStart: false)
        #expect(middle.keyframeBytes > start.keyframeBytes && middle.frameBytes < start.frameBytes)
        #expect(middle.error == start.error)
    }

    @Test("a spot at another CRF, by what is usual")
    func moved() {
        let sample = spot([0.001, 0.01, 0.03], bytes: [900, 100, 300])
        let moved = sample.moved(by: 2)
        #expect(abs(FrameQuality.decibels(sample.error) - FrameQuality.decibels(moved.error) - 1) < 1e-9)
        #expect(abs(moved.frameBytes - 200 * 0.7866) < 0.1 && abs(moved.keyframeBytes - 900 * 0.7866) < 0.1)
        #expect(abs(moved.moved(by: -2).error - sample.error) < 1e-12 && moved.frames == 3)
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

    @Test("where frames are copies of the one before, the keyframe's quality is lost slowly", arguments: [20, 5])
    func drift(ratio: Int) {
        let bytes = [ratio * 100] + Array(repeating: 100, count: 89)
        let lost: [Double] = (0..<89).map { min(1, Double($0) / 50) }
        let errors: [Double] = [0.001] + lost.map { 0.01 + 0.002 * $0 }
        let sample = spot(errors, bytes: bytes, isStart: false)
        #expect(sample.isStill == (ratio == 20))
        // Next to it, the mean is already 0.8 % higher.
        #expect(abs(sample.drift(beyond: 6) - 1.2 / 1.008) < 1e-6)
        #expect(spot(Array(errors.prefix(60)), bytes: bytes, isStart: false).drift(beyond: 6) == 1)
        #expect(spot(errors.map { $0 * $0 }, bytes: bytes).drift(beyond: 6) == 1.26)
        #expect(spot(errors.reversed(), bytes: bytes).drift(beyond: 6) == 1)
        #expect(!spot(errors, bytes: bytes).isStill)
    }

    @Test("where times have a gap, a spot with fewer frames counts less")
    func gap() {
        let usual = spot(.init(repeating: 0.01, count: 10), bytes: .init(repeating: 1000, count: 10))
        #expect(CRFProbe(24, [spot([0, 0.01], bytes: [1000, 6000]), usual]).frameBytes == 1500)
        #expect(CRFProbe(24, [spot([0], bytes: [700]), spot([0], bytes: [900])]).frameBytes == 800)
    }

    private func sized(_ sizes: [Double], error: (Double) -> Double) -> [SpotSample] {
        sizes.map { size in
            var sample = spot([0.001, error(size)], bytes: [900, Int(size)])
            sample.sourceBytes = size * 3
            return sample
        }
    }

    @Test("spots with larger packets of the source than the whole has are corrected")
    func correction() throws {
        // Errors grow as the square root of the sizes, bytes as they do: half of it is usual anyway.
        let all = sized([100, 200, 400, 800, 1600, 3200]) { ($0 / 1e6).squareRoot() }
        let whole = (0..<600).map { $0 % 3 == 0 ? 2400.0 : 300 }
        let correction = SpotCorrection(all, whole: whole)
        let probe = CRFProbe(25.5, all, correction)
        #expect(CRFProbe(25.5, all).frameBytes == 1050)
        #expect(abs(probe.frameBytes - 1000.0 / 3) < 40, "\(probe.frameBytes)")
        // The whole has errors of 0.0283 and 0.01, in the mean 0.0161: the prior leaves out some of it.
        let (plain, right) = (CRFProbe(25.5, all).mean, FrameQuality.decibels(0.0161))
        #expect(plain < right - 4)
        #expect(abs(probe.mean - right) < 1, "\(plain), \(probe.mean), \(right)")
    }

    @Test("spots are not corrected without sizes, or by sizes that don't vary")
    func noCorrection() {
        let all = sized([100, 100, 100]) { $0 / 1e4 }
        #expect(SpotCorrection(all, whole: []).error == 1)
        let even = SpotCorrection(all, whole: [Double](repeating: 300, count: 9))
        #expect(abs(even.error - 1) < 1e-9 && abs(even.bytes - 1) < 1e-9)
        // A tenth of the video has other packets: by sizes alone, nobody knows what that means for errors. Bytes usually grow
        // with the square root.
        let other = SpotCorrection(all, whole: [Double](repeating: 300, count: 9) + [3000])
        #expect(abs(other.error - 1) < 1e-9 && abs(other.bytes - (0.9 + 0.1 * 10.0.squareRoot())) < 1e-9)
    }

    @Test("a sample ends with its frames, and x265 has seen those after them")
    func ends() throws {
        let source = MemorySource(try Clips.bytes("bikes"))
        let settings = TranscodeSettings(
            encoder: EncoderSettings(crf: 26, preset: "veryfast"), container: .mp4, threads: 2)
        var plan = try TranscodePlan(source, settings, cancellation: Cancellation())
        // As if it were an hour of video.
        plan.source.duration = 3600
        var samples = VideoSamples(startOf: plan, source, nil, settings, cancellation: Cancellation())
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
