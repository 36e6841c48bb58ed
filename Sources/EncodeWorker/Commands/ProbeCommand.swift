import ArgumentParser
import Containers
import EncodeJob
import Findings
import Glibc
import Media
import Threads

/// How a file would be encoded, and why.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Show how a file would be encoded, and why.")

    @Argument(help: "The video: a file, or s3://BUCKET/KEY.", completion: .file())
    var input: String

    @Option(name: SettingTable.policy.option, help: SettingTable.policy.help())
    var policy: String?

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let context = try CommandContext(options)
        let policy = try context.policy(policy)
        do { print(try describe(context, policy), terminator: "") } catch let error as ValidationError {
            throw error
        } catch {
            let subject = "\(error)".contains(input) ? "" : "\(input): "
            throw ExitError(ExitStatus(error), "\(subject)\(error)")
        }
    }

    private func describe(_ context: CommandContext, _ policy: ResolutionPolicy) throws -> String {
        let settings = context.settings
        let (store, key) = try context.stores.find(input)
        let source = try store.open(key).bytes
        let cancellation = Cancellation(within: context.interruption)
        let watchdog = try settings.watchdog(cancellation) { [input] error in
            StandardError.write("\(input): \(error)\n")
            _exit(ExitStatus(error).rawValue)
        }
        defer { watchdog.stop() }
        let plan = try TranscodePlan(
            source, settings.transcode(policy, threads: Machine.processorCount), cancellation: cancellation)
        return ProbeText.describe(input, bytes: source.size, plan, settings, policy)
    }
}
