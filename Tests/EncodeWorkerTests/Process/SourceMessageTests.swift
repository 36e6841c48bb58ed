import Media
import Testing

@testable import EncodeWorker

struct SourceMessageTests {
    @Test(
        "a message survives its way through a pipe",
        arguments: ["chunked 12", "progress 100 4.5 60.25 123456", "progress 100 4.5 0.0 0"])
    func roundTrip(text: String) {
        #expect(SourceMessage(text)?.text == text)
    }

    @Test("any other line is none", arguments: ["", "chunked", "chunked x", "progress 1 2 3", "progress a b c d", "{"])
    func strangers(text: String) {
        #expect(SourceMessage(text) == nil)
    }

    @Test("a video without a duration has none")
    func duration() {
        guard case .progress(let progress)? = SourceMessage("progress 100 4.5 0.0 7") else {
            Issue.record("no progress")
            return
        }
        #expect(progress.duration == nil && progress.frames == 100 && progress.seconds == 4.5 && progress.bytes == 7)
    }
}
