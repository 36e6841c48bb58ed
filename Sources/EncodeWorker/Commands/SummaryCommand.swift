import ArgumentParser
import Findings
import JobReport

/// One page over all reports of a bucket, or of a folder that is laid out like one.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Write reports/index.html: all reports of a folder or bucket on one page.",
        discussion: "It has the totals, what failed, and a table of all videos that can be sorted and searched.")

    @Argument(help: "The folder that holds reports/, or s3://BUCKET.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let context = try CommandContext(options)
        do {
            let summary = Summary(store: try context.stores.findBucket(folder), place: folder)
            let count = try summary.write(at: SystemClock.now(), cancellation: context.interruption)
            if !context.isQuietRequested { print("\(folder)/\(Summary.key): \(count) report\(count == 1 ? "" : "s")") }
        } catch let error as ReportedError { throw ExitError(error) }
    }
}
