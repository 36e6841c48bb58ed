import Containers
import Findings
import Testing

@testable import Media

@Suite("Surveys") struct SurveyTests {
    @Test("Gaps of two chunks, and the one between them, add up")
    func gaps() {
        let missing: Set<Int64> = [2000, 4000, 6000]
        let times = (0..<200).map { Int64($0 * 40) }.filter { !missing.contains($0) }
        func detector(_ times: some Sequence<Int64>) -> GapDetector {
            var detector = GapDetector(timeBase: Rational(1, 1000), frameRate: Rational(25, 1))
            for time in times { detector.add(time) }
            return detector
        }
        let whole = detector(times)
        #expect(whole.found?.gaps == 3 && whole.found?.missingFrames == 3)
        // The second seam is at a gap.
        for seam in [10, 99, 150] {
            let sum = detector(times[..<seam]) + detector(times[seam...])
            #expect(sum.found?.gaps == 3 && sum.found?.missingFrames == 3)
        }
        #expect((detector([]) + whole).found?.gaps == 3)
    }

    private func survey(frames: Int, damaged: Int, undecodableFirst: Int = 0) -> DecodingSurvey {
        var counts = Decoder.Counts()
        counts.frames = frames
        counts.damagedFrames = damaged
        counts.undecodablePackets = undecodableFirst
        return DecodingSurvey(
            counts: counts, gaps: GapDetector(timeBase: Rational(1, 25), frameRate: Rational(25, 1)),
            undecodableBeforeFirstFrame: undecodableFirst)
    }

    @Test("One damaged frame of a short clip is tolerated, but not by strict") func shortClip() throws {
        let clip = survey(frames: 29, damaged: 1)
        #expect(try clip.frameCounts(tolerance: 0.01).damaged == 1)
        #expect(throws: ReportedError.self) { try clip.frameCounts(tolerance: 0) }
        let two = #expect(throws: ReportedError.self) {
            try survey(frames: 29, damaged: 2).frameCounts(tolerance: 0.01)
        }
        #expect(two?.message == "2 of the source's 29 frames are damaged, more than the 1 % allowed")
        #expect(throws: ReportedError.self) { try survey(frames: 150, damaged: 2).frameCounts(tolerance: 0.01) }
        #expect(try survey(frames: 200, damaged: 2).frameCounts(tolerance: 0.01).damaged == 2)
    }

    @Test("The tolerance applies to the sum of all chunks") func tolerance() throws {
        let (clean, damaged) = (survey(frames: 900, damaged: 0, undecodableFirst: 3), survey(frames: 100, damaged: 5))
        #expect(throws: ReportedError.self) { try damaged.frameCounts(tolerance: 0.01) }
        let counts = try (clean + damaged).frameCounts(tolerance: 0.01)
        #expect(counts.decoded == 1000 && counts.damaged == 5 && counts.undecodablePackets == 3)
        let error = #expect(throws: ReportedError.self) {
            try (clean + survey(frames: 100, damaged: 20)).frameCounts(tolerance: 0.01)
        }
        #expect(error?.code == .damagedSource && error?.message.contains("20 of the source's 1000 frames") == true)
    }
}
