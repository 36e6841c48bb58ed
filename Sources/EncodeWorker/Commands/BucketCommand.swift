import ArgumentParser
import EncodeJob
import Findings
import JobReport
import Threads

/// A bucket, or a folder that is laid out like one.
struct BucketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket",
        abstract: "Encode everything under FOLDER/input/, as if FOLDER were the bucket; or s3://BUCKET.",
        discussion: """
            input/downscale/ scales 4K down to 1440p; input/preserve/, and everything else under input/, keeps the \
            resolution. Results appear under FOLDER/output/, a report for each source under FOLDER/reports/, and \
            reports/index.html over all of them. Outputs that exist are kept: a second run encodes only what is new \
            or has changed.
            """)

    @Argument(help: "The folder that holds input/, or s3://BUCKET.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let context = try CommandContext(options)
        let onlyKey = SourceProcess.key(context.environment)
        let store: any ObjectStore
        let keys: [String]
        do {
            store = try context.stores.findBucket(folder)
            keys = onlyKey == nil ? try store.keys(below: JobKeys.inputPrefix) : []
        } catch let error as ReportedError {
            throw ExitError(error)
        }
        if let onlyKey { throw ExitError(encode(onlyKey, in: store, context)) }
        throw ExitError(encodeAll(keys, in: store, context))
    }

    private func encodeAll(_ keys: [String], in store: any ObjectStore, _ context: CommandContext) -> ExitStatus {
        let sources = keys.filter { !NonVideoExtensions.matches($0) }.compactMap { key in
            JobKeys(source: key).map { JobLocations($0, in: store) }
        }
        let workers = context.settings.workers.processes(ofOneVideo: false)
        let ends = BucketPool(sources, in: store, workers: workers, context).run()
        var status = ExitStatus.done
        var table = ResultTable()
        for end in ends {
            table.add(end.report)
            status = status.worse(end.status)
        }
        if sources.isEmpty { StandardError.write("\(folder)/input/ holds no videos\n") }
        // The table is the command's result: it is only left out if quiet was requested.
        if !ends.isEmpty, !context.isQuietRequested { print(table.text, terminator: "") }
        return ends.isEmpty ? status : status.worse(summarise(store, context))
    }

    /// Writes the page over all reports, and prints where it is.
    private func summarise(_ store: any ObjectStore, _ context: CommandContext) -> ExitStatus {
        guard !context.interruption.isCancelled else { return .done }
        do {
            let summary = Summary(store: store, place: folder)
            _ = try summary.write(at: SystemClock.now(), cancellation: context.interruption)
            if !context.isQuietRequested { print("\(folder)/\(Summary.key)") }
            return .done
        } catch {
            StandardError.write("\(folder)/\(Summary.key): \(error)\n")
            return ExitStatus(error)
        }
    }

    /// Encodes the only source of this process, which another one has started for it.
    private func encode(_ key: String, in store: any ObjectStore, _ context: CommandContext) -> ExitStatus {
        guard let names = JobKeys(source: key) else { return .usage }
        let locations = JobLocations(names, in: store)
        var runner = JobRunner(
            settings: context.settings, interruption: context.interruption,
            onEnd: { SourceProcess.sendReport($0) })
        if HelperProcesses.isHelper(context.environment) { return runner.help(locations) }
        if context.settings.workers.processes(ofOneVideo: false) > 1 {
            // The other process shows the progress of all, and starts the helpers.
            let throttle = Throttle(seconds: 0.2)
            runner.onProgress = { progress in if throttle.isDue() { SourceProcess.send(.progress(progress)) } }
            runner.helpers.start = { SourceProcess.send(.chunked($0.chunks)) }
        }
        return runner.run(locations).status
    }
}
