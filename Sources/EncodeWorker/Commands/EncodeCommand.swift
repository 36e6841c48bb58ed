import ArgumentParser
import EncodeJob
import Findings
import JobReport
import Media

/// One file to one file.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode", abstract: "Encode one file.",
        discussion: "OUTPUT's extension decides the container, unless --container does.")

    @Argument(help: "The video: a file, or s3://BUCKET/KEY.", completion: .file())
    var input: String

    @Argument(
        help: "The output, a file or s3://BUCKET/KEY: a name that ends in .mp4 or .mkv.",
        completion: .file())
    var output: String

    @Option(name: SettingTable.policy.option, help: SettingTable.policy.help())
    var policy: String?

    @Option(help: "The report's file. (default: OUTPUT with .json added)")
    var report: String?

    @Flag(help: "Replace OUTPUT if it exists.")
    var overwrite = false

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let context = try CommandContext(options)
        let policy = try context.policy(policy)
        var settings = context.settings
        if settings.container == nil {
            guard let container = Container.allCases.first(where: { output.hasSuffix(".\($0.fileExtension)") }) else {
                throw ValidationError("\(output) has no extension that names a container: use .mp4 or .mkv")
            }
            settings.container = container
        }
        let locations: JobLocations
        let isHelper = HelperProcesses.isHelper(context.environment)
        do { locations = try locate(context.stores, policy, isHelper: isHelper) } catch let error as ReportedError {
            throw ExitError(error)
        }
        var runner = JobRunner(settings: settings, interruption: context.interruption)
        if isHelper { throw ExitError(runner.help(locations)) }
        runner.helpers = ChunkHelpers(processes: settings.workers.processes(ofOneVideo: true))
        let end = runner.run(locations)
        if end.status == .done, settings.log != .quiet {
            var table = ResultTable()
            table.add(end.report)
            print(table.text, terminator: "")
        }
        throw ExitError(end.status)
    }

    /// - Parameter isHelper: whether another process checks the output.
    private func locate(_ stores: StoreLocator, _ policy: ResolutionPolicy, isHelper: Bool) throws -> JobLocations {
        let (source, target) = (try stores.find(input), try stores.find(output))
        if !isHelper, try target.store.describe(target.key) != nil {
            guard overwrite else { throw ValidationError("\(output) exists already: remove it, or use --overwrite") }
            guard !LocalStore.isSameFile(input, output), input != output else {
                throw ValidationError("\(output) is the source itself: name another output")
            }
        }
        return JobLocations(
            (source.store, source.key, input), to: target, report: try stores.find(report ?? "\(output).json"),
            policy: policy, replacing: overwrite)
    }
}
