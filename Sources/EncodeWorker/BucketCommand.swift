internal import ArgumentParser
internal import CLinux
internal import EncodeJob
internal import Media

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
            keys = try store.keys(below: JobKeys.inputPrefix)
        } catch let error as JobError {
            throw FinishedWith(error)
        } catch let error as MediaError {
            throw ValidationError("\(error)")
        }
        let runner = JobRunner(settings: settings)
        var status = ExitStatus.done
        var table = ResultTable()
        var count = 0
        for key in keys where !NoVideoNames.contains(key) {
            guard let names = JobKeys(source: key) else { continue }
            count += 1
            let end = runner.run(JobPlace(names, in: store))
            table.add(end.report)
            // What an encode freed lies between what is still used: without this a library's memory seems to grow.
            malloc_trim(0)
            status = status.worse(end.status)
            if end.status == .interrupted { break }
        }
        if count == 0 { StandardError.write("\(folder)/input/ holds no videos\n") }
        // The table is what the command is for: only an explicit quiet goes without it.
        if count > 0, !(options.isQuietDemanded) { print(table.text, terminator: "") }
        throw FinishedWith(status: status)
    }
}
