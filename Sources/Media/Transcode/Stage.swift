import Threads

/// One stage of the pipeline, on a thread of its own: takes from one queue, gives to the next.
protocol Stage: ~Copyable, Sendable {
    /// What the stage found and counted.
    associatedtype Outcome: Sendable

    /// Runs to the end of the stage's input, and closes its output.
    ///
    /// - Throws: what ends the transcode.
    mutating func run(_ pipeline: Pipeline) throws -> Outcome
}

/// A stage on its way.
final class RunningStage<Outcome: Sendable>: Sendable {
    private let thread: OwnedThread
    private let outcome: Monitor<Outcome?>

    /// - Parameter name: the stage's, for the error where the system has no thread left.
    init<Running: Stage & ~Copyable>(
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
    /// - Returns: nil where it failed; the pipeline has the error.
    func join() -> Outcome? {
        thread.join()
        return outcome.withLock { $0 }
    }
}
