internal import ArgumentParser
internal import Glibc
internal import Media

@main
enum EncodeWorkerMain {
    static func main() {
        Interruption.postpone()
        HugePages.ask()
        Interruption.watch()
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
            Settings can also be given in the environment, as REELPRESS_CRF and so on.
            Exit codes: 0 done, 2 usage, 10 the source can't be encoded, 20 a passing failure, 30 interrupted.
            """,
        version: Version.reelpress,
        subcommands: [EncodeCommand.self, BucketCommand.self, ProbeCommand.self])
}

/// Ends the process with a status, when everything has been said.
struct FinishedWith: Error {
    let status: ExitStatus
}
