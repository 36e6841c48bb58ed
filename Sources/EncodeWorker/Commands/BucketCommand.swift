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
            or has changed. With --watch it goes on as files arrive, once they are complete.
            """)

    @Argument(help: "The folder that holds input/, or s3://BUCKET.", completion: .directory)
    var folder: String

    @Flag(help: "Go on with files that arrive in FOLDER/input/, until SIGTERM or Ctrl-C.")
    var watch = false

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func validate() throws {
        guard watch, ObjectURL(folder) != nil else { return }
        throw ValidationError("--watch takes a folder: in AWS, the bucket's events start jobs")
    }

    func run() throws {
        let context = try CommandContext(options)
        let onlyKey = SourceProcess.key(context.environment)
        let store: any ObjectStore
        let keys: [String]
        do {
            store = try context.stores.findBucket(folder)
            if watch, onlyKey == nil, let store = store as? LocalStore {
                throw ExitError(try encodeArriving(in: store, context))
            }
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
        let pool = BucketPool(in: store, workers: workers, context)
        pool.add(sources)
        pool.close()
        if sources.isEmpty { StandardError.write("\(folder)/input/ holds no videos\n") }
        return results(store, context).show(pool.run())
    }

    /// - Returns: done, unless an encode was interrupted: what fails is in its report, and may be long ago.
    /// - Throws: `ReportedError`.
    private func encodeArriving(in store: LocalStore, _ context: CommandContext) throws -> ExitStatus {
        let results = results(store, context)
        let workers = context.settings.workers.processes(ofOneVideo: false)
        let pool = BucketPool(in: store, workers: workers, context) { _ = results.show($0) }
        let watch = try BucketWatch(store, pool, interruption: context.interruption)
        if context.settings.log != .quiet { StandardError.write("watching \(folder)/input/ until Ctrl-C\n") }
        return results.show(try watch.run()) == .interrupted ? .interrupted : .done
    }

    private func results(_ store: any ObjectStore, _ context: CommandContext) -> BucketResults {
        BucketResults(
            store: store, folder: folder, isQuiet: context.isQuietRequested, interruption: context.interruption)
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
