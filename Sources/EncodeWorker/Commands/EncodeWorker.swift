import AWSCore
import ArgumentParser
import Glibc

@main
enum EncodeWorkerMain {
    static func main() {
        Machine.postponeHeapLimit()
        Interruption.blockSignals()
        let environment = AWSEnvironment.process
        let isChild = ChildProcess.dieWithParent(environment)
        let lost = CommandLine.argc == 1 && !isChild ? Supervisor.run() : nil
        if lost == nil {
            HugePages.request()
            Interruption.watch(isSignalledTwice: isChild && CommandLine.argc > 1)
        }
        do {
            var command = try EncodeWorker.parseAsRoot()
            if let batch = command as? EncodeWorker, let lost { try batch.report(lost) }
            try command.run()
        } catch let error as ExitError {
            if let message = error.message { StandardError.write(message + "\n") }
            exit(error.status.rawValue)
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
    /// `make install` gives the program a second name, which its help and its completions are for then.
    private static var name: String {
        let path = CommandLine.arguments.first ?? ""
        return path == "reelpress" || path.hasSuffix("/reelpress") ? "reelpress" : "EncodeWorker"
    }

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Makes videos much smaller, as HEVC that looks the same.",
        discussion: """
            Without arguments it runs the job of an AWS Batch container: S3_BUCKET and S3_KEY name the source.
            Settings can also be given in the environment, as REELPRESS_CRF and so on.
            Exit codes: 0 done, 2 usage, 10 the source can't be encoded, 11 it crashed again and again, 20 a \
            retry may help, 30 interrupted.
            """,
        version: Version.reelpress,
        subcommands: [
            EncodeCommand.self, BucketCommand.self, SummaryCommand.self, ProbeCommand.self, EstimateCommand.self,
        ])

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        throw ExitError(try BatchRun(command: CommandContext(options)).run())
    }

    /// Reports the end of the job whose process did not, and ends with its status.
    func report(_ lost: Supervisor.LostJob) throws {
        throw ExitError(try BatchRun(command: CommandContext(options)).report(lost))
    }
}
