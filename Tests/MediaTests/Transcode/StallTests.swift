import Containers
import Findings
import Glibc
import Testing
import Threads

@testable import Media

@Suite("Stalls") struct StallTests {
    /// A source that sends no bytes until the job is cancelled, and then throws the reason.
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

    @Test("A source that sends no bytes ends as a transient failure")
    func silentSource() throws {
        let cancellation = Cancellation()
        let watchdog = try Watchdog(
            cancellation, timeout: 0.3, reason: { ReportedError.stalled(in: $0, for: 0.3) }, onHang: { _ in })
        defer { watchdog.stop() }
        let error = #expect(throws: ReportedError.self) {
            _ = try Transcode(SilentSource(cancellation), TranscodeSettings(threads: 1), cancellation: cancellation)
        }
        #expect(error?.code == .inputOutput && error?.message.contains("no progress") == true)
    }

    @Test("A library that never returns is a permanent failure of the source")
    func busyLibrary() {
        #expect(ReportedError.stalled(in: .library, for: 600).code == .stalled)
        #expect(ReportedError.stalled(in: .elsewhere, for: 600).code == .library)
    }
}
