import ArgumentParser
import Glibc
import Media

@main
enum EncodeWorkerMain {
    static func main() {
        Interruption.postpone()
        let isChild = ChildProcess.dieWithParent()
        if CommandLine.argc == 1, !isChild { Supervisor.start() }
        if Supervisor.lost == nil {
            HugePages.ask()
            Interruption.watch(isOfTwo: isChild && CommandLine.argc > 1)
        }
        do {
            var command = try EncodeWorker.parseAsRoot()
            try command.run()
        } catch let status as FinishedWith {
            exit(status.status.rawValue)
        } catch {
            let code = EncodeWorker.exitCode(for: error)
            let text = EncodeWorker.fullMessage(for: error)
            if !text.isEmpty { code.isSuccess ? print(text) : StandardError.write(text + "\n") }
            exit(code.isSuccess ? ExitStatus.done.rawValue : ExitStatus.usage.rawValue)
        }
    }
}

/// The commands.
struct EncodeWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "EncodeWorker",
        abstract: "Makes videos much smaller, as HEVC that looks the same.",
        discussion: """
            Without arguments it is the job of an AWS Batch container: S3_BUCKET and S3_KEY name the source.
            Settings can also be given in the environment, as REELPRESS_CRF and so on.
            Exit codes: 0 done, 2 usage, 10 the source can't be encoded, 20 a passing failure, 30 interrupted.
            """,
        version: Version.reelpress,
        subcommands: [EncodeCommand.self, BucketCommand.self, ProbeCommand.self])

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let batch = BatchRun(settings: try options.resolve())
        if let lost = Supervisor.lost { throw FinishedWith(status: try batch.tell(lost)) }
        throw FinishedWith(status: try batch.run())
    }
}
