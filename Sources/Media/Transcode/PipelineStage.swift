import Findings
import Threads

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

/// The stages that run on threads of their own.
struct RunningStages<Demuxing: PipelineStage & ~Copyable> {
    struct Outcome {
        var demuxed: Demuxing.Outcome
        var filtered: FilterStage.Outcome
        var encoded: EncodeStage.Outcome
    }

    private let demuxing: RunningStage<Demuxing.Outcome>
    private let filtering: RunningStage<FilterStage.Outcome>
    private let encoding: RunningStage<EncodeStage.Outcome>

    init(
        _ demuxing: consuming Demuxing, _ filtering: consuming FilterStage, _ encoding: consuming EncodeStage,
        _ pipeline: Pipeline
    ) throws {
        do {
            // A stage that is dropped when a later one can't start is joined: the pipeline has failed by then.
            self.demuxing = try RunningStage("demux", demuxing, pipeline)
            self.filtering = try RunningStage("filter", filtering, pipeline)
            self.encoding = try RunningStage("encode", encoding, pipeline)
        } catch {
            let error = ReportedError(.library, .open, "\(error)")
            pipeline.fail(error)
            throw error
        }
    }

    /// - Returns: nil if a stage failed; the pipeline has the error.
    func join() -> Outcome? {
        let (demuxed, filtered, encoded) = (demuxing.join(), filtering.join(), encoding.join())
        guard let demuxed, let filtered, let encoded else { return nil }
        return Outcome(demuxed: demuxed, filtered: filtered, encoded: encoded)
    }
}
