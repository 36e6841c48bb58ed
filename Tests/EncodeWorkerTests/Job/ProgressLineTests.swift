import Testing

@testable import EncodeWorker
@testable import Media

struct ProgressLineTests {
    @Test("share, speed, remaining time and expected size are shown")
    func progress() {
        let progress = TranscodeProgress(frames: 250, seconds: 10, duration: 40, bytes: 1_000_000)
        let text = ProgressLine.text(progress, elapsed: 20)
        #expect(text == "25.0 %  12.5 fps  0.50x  ETA 1:00  ~4.00 MB")
    }

    @Test("without a duration no share is shown")
    func unknownDuration() {
        let progress = TranscodeProgress(frames: 250, seconds: 10, duration: nil, bytes: 1_000_000)
        #expect(ProgressLine.text(progress, elapsed: 10) == "25.0 fps  1.00x")
    }

    @Test("zero time and frames are shown as zero")
    func start() {
        let progress = TranscodeProgress(frames: 1, seconds: 0, duration: 0, bytes: 0)
        #expect(ProgressLine.text(progress, elapsed: 0) == "0.0 fps  0.00x")
    }
}
