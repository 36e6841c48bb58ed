import ArgumentParser
import EncodeJob
import Findings
import Media
import Threads

/// A bucket, or a folder as if it were one.
struct BucketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket",
        abstract: "Encode everything under FOLDER/input/, as if FOLDER were the bucket; or s3://BUCKET.",
        discussion: """
            input/downscale/ takes 4K down to 1440p; input/preserve/, and all else under input/, keeps the resolution.
            Results appear under FOLDER/output/, a report for each source under FOLDER/reports/. What is done stays \
            done: a second run encodes only what is new or has changed.
            """)

    @Argument(help: "The folder that holds input/, or s3://BUCKET.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let settings = try options.resolve()
        FFmpegLog.start(toStandardError: settings.log == .debug)
        let store: any ObjectStore
        let keys: [String]
        do {
            store = try Storage(settings).findBucket(folder)
            keys = SourceProcess.key == nil ? try store.keys(below: JobKeys.inputPrefix) : []
        } catch let error as ReportedError {
            throw FinishedWith(error)
        }
        if let key = SourceProcess.key { throw FinishedWith(status: encode(key, of: store, settings)) }
        var status = ExitStatus.done
        var table = ResultTable()
        var count = 0
        for key in keys where !NonVideoExtensions.matches(key) {
            guard let names = JobKeys(source: key) else { continue }
            count += 1
            let end = end(of: JobPlace(names, in: store), settings)
            table.add(end.report)
            status = status.worse(end.status)
            if end.status == .interrupted || Interruption.cancellation.isCancelled { break }
        }
        if count == 0 { StandardError.write("\(folder)/input/ holds no videos\n") }
        // The table is what the command is for: only an explicit quiet goes without it.
        if count > 0, !(options.isQuietDemanded) { print(table.text, terminator: "") }
        throw FinishedWith(status: status)
    }

    /// What this process does where another one has started it for one source.
    private func encode(_ key: String, of store: any ObjectStore, _ settings: Settings) -> ExitStatus {
        guard let names = JobKeys(source: key) else { return .usage }
        let runner = JobRunner(settings: settings, onEnd: { SourceProcess.hand($0) })
        return runner.run(JobPlace(names, in: store)).status
    }

    private func end(of place: JobPlace, _ settings: Settings) -> (report: Report, status: ExitStatus) {
        let runner = JobRunner(settings: settings)
        // What is done already needs no process.
        if let end = runner.run(place, mayMake: false) { return end }
        let (startedAt, ending) = (Report.now(), JobEnding(place, settings, JobContext()))
        guard let outcome = SourceProcess.run(place.source) else { return runner.run(place) }
        if let report = outcome.report, case .exit(let code) = outcome.end, let status = ExitStatus(rawValue: code) {
            return (report, status)
        }
        let error = ReportedError(outcome.end)
        StandardError.write("\(place.sourceName): \(error)\n")
        return ending.giveUpLost(error, outcome.used, startedAt)
    }
}
