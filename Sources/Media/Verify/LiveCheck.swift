import Containers
import Findings
import Synchronization
import Threads

/// Reads a Matroska output back while it is written, on a thread of its own: its clusters can be read without an index.
final class LiveCheck: Sendable {
    private let pipe = BytePipe()
    private let thread: OwnedThread
    private let outcome: Outcome

    /// Shared with the thread: its result, and the samples that it compares with.
    private final class Outcome: Sendable {
        let result = Mutex<Result<OutputScan, any Error>?>(nil)
        /// The samples so far, set by the thread that writes.
        let samples = Mutex(VerificationSamples())
    }

    init(size: Resolution, timeBase: Rational, cancellation: Cancellation) throws {
        let outcome = Outcome()
        // A cancellation of its own: this thread waits for the muxer, so its progress must not count as the source's.
        let cancellation = Cancellation(within: cancellation)
        self.outcome = outcome
        thread = try OwnedThread(named: "check") { [pipe] in
            let result = Result {
                let demuxer = try Demuxer(pipe, reading: .stream, cancellation: cancellation)
                return try OutputScan(
                    demuxer, .everything, sample: { keyframe in outcome.samples.withLock { $0[keyframe] } }, size: size,
                    timeBase: timeBase)
            }
            outcome.result.withLock { $0 = result }
            // The reader is gone: the writer must not wait for it.
            pipe.cancel()
        }
    }

    deinit {
        pipe.cancel()
        thread.join()
    }

    /// Sets the samples so far; those of the bytes that come next are among them.
    func expect(_ samples: VerificationSamples) { outcome.samples.withLock { $0 = samples } }

    /// Takes the next bytes of the output.
    ///
    /// - Throws: the first error of the bytes so far.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        if case .failure(let error) = outcome.result.withLock({ $0 }) { throw error }
        pipe.write(bytes)
    }

    /// Waits until everything is read.
    ///
    /// - Throws: the first error.
    func finish() throws -> OutputScan {
        pipe.close()
        thread.join()
        guard let result = outcome.result.withLock({ $0 }) else {
            throw ReportedError(.library, .verify, "the output's check ended without a result")
        }
        return try result.get()
    }
}
