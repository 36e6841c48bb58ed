import Findings
import Testing

@testable import Threads

struct CancellationTests {
    @Test func theReasonOfAnOuterRequestIsTheInnerOnes() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        #expect(throws: Never.self) { try inner.check() }
        outer.cancel(because: ReportedError(.stalled, .decode, "no progress"))
        let error = #expect(throws: ReportedError.self) { try inner.check() }
        #expect(inner.isCancelled && error?.code == .stalled)
    }

    @Test func aRequestOfItsOwnIsToldFirst() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        inner.cancel(because: ReportedError(.stalled, .decode, "no progress"))
        outer.cancel()
        #expect(throws: ReportedError(.stalled, .decode, "no progress")) { try inner.check() }
        #expect(throws: Cancelled()) { try outer.check() }
    }
}
