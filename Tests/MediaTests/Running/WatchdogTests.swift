import Glibc
import Synchronization
import Testing
import Threads

@testable import Media

@Suite("Watchdog") struct WatchdogTests {
    private struct Stalled: Error, Equatable {
        var place: ProgressCounter.Place
    }

    @Test("Work that does not end is reported with its place")
    func hangingWork() throws {
        let cancellation = Cancellation()
        let reported = Mutex<Stalled?>(nil)
        // As if libavcodec never returned.
        cancellation.progress.enter(.library)
        let watchdog = try Watchdog(
            cancellation, timeout: 0.1, grace: 0.1, reason: { Stalled(place: $0) },
            onHang: { error in reported.withLock { $0 = error } })
        defer { watchdog.stop() }
        for _ in 0..<500 where reported.withLock({ $0 == nil }) { usleep(10_000) }
        #expect(reported.withLock { $0 } == Stalled(place: .library))
        #expect(throws: Stalled(place: .library)) { try cancellation.check() }
    }

    @Test("Progress and pauses keep the watchdog quiet")
    func progress() throws {
        let cancellation = Cancellation()
        let watchdog = try Watchdog(
            cancellation, timeout: 0.4, reason: { Stalled(place: $0) }, onHang: { _ in })
        defer { watchdog.stop() }
        for _ in 0..<20 {
            cancellation.progress.step()
            usleep(50_000)
        }
        #expect(!cancellation.isCancelled)
        cancellation.unwatched { _ = usleep(800_000) }
        #expect(!cancellation.isCancelled)
    }

    @Test("An outer cancellation ends watched work too")
    func outerCancellation() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        #expect(!inner.isCancelled)
        outer.cancel()
        #expect(throws: Cancelled.self) { try inner.check() }
    }
}
