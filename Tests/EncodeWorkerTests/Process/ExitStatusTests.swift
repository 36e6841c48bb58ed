import Findings
import Testing

@testable import EncodeWorker

struct ExitStatusTests {
    @Test(
        "the error's code decides the exit code",
        arguments: [
            (ReportedError.Code.noSource, 10), (.unreadableSource, 10), (.noVideo, 10), (.truncatedSource, 10),
            (.damagedSource, 10), (.limit, 10), (.stalled, 10), (.unsupported, 10), (.verification, 10),
            (.badSetting, 2), (.inputOutput, 20),
            (.library, 20), (.interrupted, 30), (.archivedSource, 10), (.tooSlow, 10), (.crashed, 20),
            (.crashedRepeatedly, 11),
        ] as [(ReportedError.Code, Int32)])
    func errorCode(code: ReportedError.Code, exit: Int32) {
        #expect(ExitStatus(ReportedError(code, .open, "x")).rawValue == exit)
    }

    @Test(
        "a helper leaves to its lead what that meets too; what concerns it alone is its own",
        arguments: [
            (ReportedError.Code.noSource, 0), (.modifiedSource, 0), (.damagedSource, 0), (.unsupported, 0),
            (.stalled, 0), (.accessDenied, 10), (.badSetting, 2), (.credentials, 2), (.inputOutput, 20),
            (.library, 20), (.interrupted, 30),
        ] as [(ReportedError.Code, Int32)])
    func helper(code: ReportedError.Code, exit: Int32) {
        #expect(ExitStatus(ofHelper: ReportedError(code, .open, "x")).rawValue == exit)
    }

    @Test("the third crash in a row is permanent, and its error says so")
    func crashes() {
        let crash = ReportedError(.signal(11))
        #expect(crash.counting(crashesBefore: 0) == crash && crash.counting(crashesBefore: 1) == crash)
        let third = crash.counting(crashesBefore: 2)
        #expect(third.code == .crashedRepeatedly && third.message.hasSuffix("crashed for the third time in a row"))
        #expect(crash.counting(crashesBefore: 3).message.hasSuffix("crashed 4 times in a row"))
        let interrupted = ReportedError.interrupted
        #expect(interrupted.counting(crashesBefore: 2) == interrupted)
    }

    @Test("an unknown error is transient")
    func unknownError() {
        struct Other: Error {}
        #expect(ExitStatus(Other()) == .transient)
    }

    @Test("a run over several sources ends with the worst status")
    func worst() {
        #expect(ExitStatus.done.worse(.permanent) == .permanent)
        #expect(ExitStatus.transient.worse(.permanent) == .transient)
        #expect(ExitStatus.permanent.worse(.interrupted) == .interrupted)
        #expect(ExitStatus.done.worse(.done) == .done)
    }
}
