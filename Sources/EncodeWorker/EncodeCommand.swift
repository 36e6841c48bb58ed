import ArgumentParser
import EncodeJob
import Findings
import Media

/// One file to one file.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode", abstract: "Encode one file.",
        discussion: "OUTPUT's extension decides the container, unless --container does.")

    @Argument(help: "The video: a file, or s3://BUCKET/KEY.", completion: .file())
    var input: String

    @Argument(
        help: "Where the result goes, a file or s3://BUCKET/KEY: a name that ends in .mp4 or .mkv.",
        completion: .file())
    var output: String

    @Option(help: "preserve keeps the resolution, downscale takes 4K down to 1440p. (default: preserve)")
    var policy: String?

    @Option(help: "Where the report goes. (default: OUTPUT with .json added)")
    var report: String?

    @Flag(help: "Replace OUTPUT if it is there.")
    var overwrite = false

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        var settings = try options.resolve()
        let policy = try PolicyOption.resolve(policy)
        FFmpegLog.start(toStandardError: settings.log == .debug)
        if settings.container == nil {
            guard let container = Container.allCases.first(where: { output.hasSuffix(".\($0.fileExtension)") }) else {
                throw ValidationError("\(output) has no extension that names a container: use .mp4 or .mkv")
            }
            settings.container = container
        }
        let storage = Storage(settings)
        let place: JobPlace
        do {
            place = try plan(storage, policy)
        } catch let error as ReportedError {
            throw FinishedWith(error)
        }
        let end = JobRunner(settings: settings).run(place)
        if end.status == .done, settings.log != .quiet {
            var table = ResultTable()
            table.add(end.report)
            print(table.text, terminator: "")
        }
        throw FinishedWith(status: end.status)
    }

    private func plan(_ storage: Storage, _ policy: ResolutionPolicy) throws -> JobPlace {
        let (source, target) = (try storage.find(input), try storage.find(output))
        if try target.store.describe(target.key) != nil {
            guard overwrite else { throw ValidationError("\(output) is there already: remove it, or use --overwrite") }
            guard !LocalStore.isSameFile(input, output), input != output else {
                throw ValidationError("\(output) is the source itself: name another output")
            }
        }
        return JobPlace(
            (source.store, source.key, input), to: target, report: try storage.find(report ?? "\(output).json"),
            policy: policy, replacing: overwrite)
    }
}
