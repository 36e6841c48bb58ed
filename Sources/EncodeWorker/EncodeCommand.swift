internal import ArgumentParser
internal import EncodeJob
internal import Media

/// One file to one file.
struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode", abstract: "Encode one file.",
        discussion: "OUTPUT's extension decides the container, unless --container does.")

    @Argument(help: "The video.", completion: .file())
    var input: String

    @Argument(help: "Where the result goes: a name that ends in .mp4 or .mkv.", completion: .file())
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
        let store = LocalStore(root: "")
        if try store.describe(output) != nil {
            guard overwrite else { throw ValidationError("\(output) is there already: remove it, or use --overwrite") }
            guard !LocalStore.isSameFile(input, output) else {
                throw ValidationError("\(output) is the source itself: name another output")
            }
        }
        let place = JobPlace(
            (store, input), to: (store, output), report: report ?? "\(output).json", policy: policy,
            replacing: overwrite)
        let end = JobRunner(settings: settings).run(place)
        if end.status == .done, settings.log != .quiet {
            var table = ResultTable()
            table.add(end.report)
            print(table.text, terminator: "")
        }
        throw FinishedWith(status: end.status)
    }
}
