import AWSCore
import EncodeJob
import Findings
import JobReport

/// A job of AWS Batch that helps another one with the chunks of its video: the plan in the bucket says everything else. It
/// writes chunks and nothing else; what it can't do, it leaves to the lead.
struct HelperRun {
    private let command: CommandContext
    private let environment: HelperEnvironment

    init(_ command: CommandContext, _ environment: HelperEnvironment) {
        self.command = command
        self.environment = environment
    }

    /// Encodes chunks until none is left.
    ///
    /// - Returns: `done` too if there is nothing to do: the plan is gone, or of another version.
    func run() throws(ExitError) -> ExitStatus {
        let (bucket, variables) = (environment.bucket, command.environment)
        do {
            let store = try command.stores.bucket(bucket)
            guard let folder = WorkFolder(planKey: environment.plan, in: store) else {
                throw ExitError(.usage, "REELPRESS_PLAN is \(environment.plan), which is not the key of a plan")
            }
            guard let work = try folder.read(.plan, as: WorkPlan.self) else {
                try folder.sweep()
                return .done
            }
            guard work.plan != nil, let keys = JobKeys(source: work.source.key) else {
                StandardError.write(
                    "\(environment.plan) is of another version: \(work.software.joined(separator: ", "))\n")
                return .done
            }
            let version = work.source.versionID.map {
                ObjectLocation(bucket: bucket, key: work.source.key, versionID: $0)
            }
            let locations = JobLocations(keys, in: try command.stores.bucket(bucket, version: version))
            let context = BatchContext(
                attempt: BatchAttempt(reading: { variables[$0] }),
                billing: Billing(prices: command.settings.prices, environment: variables))
            let runner = JobRunner(settings: command.settings, context: context, interruption: command.interruption)
            return runner.help(locations, (work, folder))
        } catch let error as ExitError {
            throw error
        } catch let error where WorkFolder.isUnreadable(error) {
            StandardError.write("\(error)\n")
            return .done
        } catch { throw ExitError(ExitStatus(ofHelper: error), "\(environment.plan): \(error)") }
    }
}
