import Synchronization
import Threads

/// The queues between the stages of one transcode, and the first error of any of them.
final class Pipeline: Sendable {
    /// Frames as the decoder gives them.
    let decoded = BoundedQueue<Frame>(capacity: 4 << 20)
    /// Frames as the encoder takes them.
    let filtered = BoundedQueue<FilteredFrame>(capacity: 4 << 20)
    /// Access units and copied packets for the assembly.
    let coded = BoundedQueue<CodedUnit>(capacity: 8 << 20)
    let cancellation: Cancellation

    private let failure = Mutex<(any Error)?>(nil)

    init(_ cancellation: Cancellation) {
        self.cancellation = cancellation
    }

    /// Runs a stage; its error ends all of them.
    func attempt(_ stage: () throws -> Void) {
        do { try stage() } catch { fail(error) }
    }

    /// Keeps the first error and stops every stage.
    func fail(_ error: any Error) {
        failure.withLock { first in if first == nil { first = error } }
        decoded.cancel()
        filtered.cancel()
        coded.cancel()
    }

    func rethrow() throws {
        if let first = failure.withLock({ $0 }) { throw first }
    }
}

/// One element of the last queue.
enum CodedUnit: ~Copyable, Sendable {
    case accessUnit(AccessUnit)
    /// A packet of a copied stream, with the index of the source's stream.
    case copied(Packet)
}

/// One stage of the pipeline, on a thread of its own: takes from one queue, gives to the next.
protocol PipelineStage: ~Copyable, Sendable {
    /// The stage's counts and findings.
    associatedtype Outcome: Sendable

    /// Runs to the end of the stage's input, and closes its output.
    ///
    /// - Throws: what ends the transcode.
    mutating func run(_ pipeline: Pipeline) throws -> Outcome
}

/// A stage on its own thread.
final class RunningStage<Outcome: Sendable>: Sendable {
    private let thread: OwnedThread
    private let outcome: Monitor<Outcome?>

    /// - Parameter name: the stage's, for the error if the system has no thread left.
    init<Running: PipelineStage & ~Copyable>(
        _ name: String, _ stage: consuming Running, _ pipeline: Pipeline
    ) throws where Running.Outcome == Outcome {
        let outcome = Monitor<Outcome?>(nil)
        let slot = OneShot(stage)
        self.outcome = outcome
        thread = try OwnedThread(named: "the \(name) stage") {
            var stage = slot.take()
            pipeline.attempt {
                let result = try stage.run(pipeline)
                outcome.withLock { $0 = result }
            }
        }
    }

    /// Waits for the stage's end.
    ///
    /// - Returns: nil if it failed; the pipeline has the error.
    func join() -> Outcome? {
        thread.join()
        return outcome.withLock { $0 }
    }
}
