import Findings
import Media
import Testing

@testable import EncodeWorker

struct ExitStatusTests {
    @Test(
        arguments: [
            (ReportedError.Code.noSource, 10), (.unreadableSource, 10), (.noVideo, 10), (.truncatedSource, 10),
            (.damagedSource, 10), (.limit, 10), (.stalled, 10), (.unsupported, 10), (.verification, 10),
            (.badSetting, 2), (.inputOutput, 20),
            (.library, 20), (.interrupted, 30),
        ] as [(ReportedError.Code, Int32)])
    func followsTheKindOfError(code: ReportedError.Code, exit: Int32) {
        #expect(ExitStatus(ReportedError(code, .open, "x")).rawValue == exit)
    }

    @Test func anUnknownErrorMayPass() {
        struct Other: Error {}
        #expect(ExitStatus(Other()) == .retry)
    }

    @Test func aRunEndsWithItsWorstSource() {
        #expect(ExitStatus.done.worse(.hopeless) == .hopeless)
        #expect(ExitStatus.retry.worse(.hopeless) == .retry)
        #expect(ExitStatus.hopeless.worse(.interrupted) == .interrupted)
        #expect(ExitStatus.done.worse(.done) == .done)
    }
}
