import ArgumentParser
import Containers
import EncodeJob
import Findings
import Glibc
import Media
import Threads

/// What would be done with a file, and why.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Say what would be done with a file, and why.")

    @Argument(help: "The video: a file, or s3://BUCKET/KEY.", completion: .file())
    var input: String

    @Option(help: "preserve keeps the resolution, downscale takes 4K down to 1440p. (default: preserve)")
    var policy: String?

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let settings = try options.resolve()
        let policy = try PolicyOption.resolve(policy)
        FFmpegLog.start(toStandardError: settings.log == .debug)
        do {
            let (store, key) = try Storage(settings).find(input)
            let source = try store.open(key).bytes
            let cancellation = Cancellation(within: Interruption.cancellation)
            let watch = try Watchdog(
                cancellation, timeout: settings.stallTimeout,
                reason: { [timeout = settings.stallTimeout] in ReportedError.stalled(in: $0, for: timeout) }
            ) { [input] error in
                StandardError.write("\(input): \(error)\n")
                _exit(ExitStatus(error).rawValue)
            }
            defer { watch.stop() }
            let transcode = try Transcode(
                source, settings.transcode(policy, threads: ProcessorCount.available),
                cancellation: cancellation)
            print(ProbeText.describe(input, bytes: source.size, transcode, settings, policy), terminator: "")
        } catch let error as ValidationError {
            throw error
        } catch {
            let subject = "\(error)".contains(input) ? "" : "\(input): "
            StandardError.write("\(subject)\(error)\n")
            throw FinishedWith(status: ExitStatus(error))
        }
    }
}
