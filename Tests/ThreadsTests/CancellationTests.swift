import Findings
import Testing

@testable import Threads

@Suite("Cancellation") struct CancellationTests {
    @Test("An outer cancellation's reason is the inner one's") func outer() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        #expect(throws: Never.self) { try inner.check() }
        outer.cancel(because: ReportedError(.stalled, .decode, "no progress"))
        let error = #expect(throws: ReportedError.self) { try inner.check() }
        #expect(inner.isCancelled && error?.code == .stalled)
    }

    @Test("A cancellation's own reason comes before the outer one's") func own() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        inner.cancel(because: ReportedError(.stalled, .decode, "no progress"))
        outer.cancel()
        #expect(throws: ReportedError(.stalled, .decode, "no progress")) { try inner.check() }
        #expect(throws: Cancelled()) { try outer.check() }
    }

    @Test("A deadline requests the end by itself, for the inner ones too") func deadline() {
        let over = Cancellation(after: -1)
        let ahead = Cancellation(within: over, after: 3600)
        #expect(over.isCancelled && ahead.isCancelled)
        #expect(throws: Cancelled()) { try ahead.check() }
        #expect(!Cancellation(after: 3600).isCancelled)
    }
}
