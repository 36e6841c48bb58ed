import Testing

@testable import Media

struct CancellationTests {
    @Test func theReasonOfAnOuterRequestIsTheInnerOnes() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        #expect(throws: Never.self) { try inner.check() }
        outer.cancel(because: MediaError(.stalled, .decode, "no progress"))
        let error = #expect(throws: MediaError.self) { try inner.check() }
        #expect(inner.isCancelled && error?.code == .stalled)
    }

    @Test func aRequestOfItsOwnIsToldFirst() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        inner.cancel(because: MediaError(.stalled, .decode, "no progress"))
        outer.cancel()
        #expect(throws: MediaError(.stalled, .decode, "no progress")) { try inner.check() }
        #expect(throws: MediaError.interrupted) { try outer.check() }
    }
}
