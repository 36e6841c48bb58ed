import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Media

struct StallWatchTests {
    /// A source that sends nothing until the job is told to end, and then says why it did.
    private final class SilentSource: ByteSource {
        let size: UInt64 = 1 << 20
        private let cancellation: Cancellation

        init(_ cancellation: Cancellation) {
            self.cancellation = cancellation
        }

        func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            while !cancellation.isCancelled { usleep(10_000) }
            try cancellation.check()
            return 0
        }
    }

    @Test func aSourceThatSendsNothingIsAPassingFailure() throws {
        let cancellation = Cancellation()
        let watch = try StallWatch(cancellation, timeout: 0.3) { _ in }
        defer { watch.stop() }
        let error = #expect(throws: MediaError.self) {
            _ = try Transcode(SilentSource(cancellation), TranscodeSettings(threads: 1), cancellation: cancellation)
        }
        #expect(error?.code == .inputOutput && error?.message.contains("no progress") == true)
    }

    @Test func workThatDoesNotEndIsReportedWithItsPlace() throws {
        let cancellation = Cancellation()
        let reported = Mutex<MediaError?>(nil)
        // As if libavcodec went round for ever.
        cancellation.heartbeat.enter(.library)
        let watch = try StallWatch(cancellation, timeout: 0.1, grace: 0.1) { error in
            reported.withLock { $0 = error }
        }
        defer { watch.stop() }
        for _ in 0..<500 where reported.withLock({ $0 == nil }) { usleep(10_000) }
        #expect(reported.withLock { $0 }?.code == .stalled)
        #expect(throws: MediaError.self) { try cancellation.check() }
    }

    @Test func signsOfLifeAndPausesKeepItQuiet() throws {
        let cancellation = Cancellation()
        let watch = try StallWatch(cancellation, timeout: 2) { _ in }
        defer { watch.stop() }
        for _ in 0..<30 {
            cancellation.heartbeat.beat()
            usleep(100_000)
        }
        #expect(!cancellation.isCancelled)
        cancellation.unwatched { _ = usleep(3_000_000) }
        #expect(!cancellation.isCancelled)
    }

    @Test func anOuterCancellationHoldsInside() {
        let outer = Cancellation()
        let inner = Cancellation(within: outer)
        #expect(!inner.isCancelled)
        outer.cancel()
        let error = #expect(throws: MediaError.self) { try inner.check() }
        #expect(error?.code == .interrupted)
    }
}
