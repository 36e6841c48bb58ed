import ArgumentParser
import Containers
import EncodeJob
import Findings
import Glibc
import JobReport
import Media
import Threads

/// What the encode of videos would give and cost, before any is encoded.
struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Estimate size, time and cost of encoding, from samples of the videos.",
        discussion: """
            A folder that holds input/, and a bucket, are read like those of the command bucket; of any other folder, \
            all videos. The CPU time is this machine's; time and cost are those of one task in AWS Batch for each video.
            """)

    @Argument(help: "Videos: files, folders, s3://BUCKET, s3://BUCKET/FOLDER/ or s3://BUCKET/KEY.")
    var inputs: [String]

    @Option(help: "The vCPUs and memory of a task, as the template's WorkerSize.")
    var size = "4vcpu-8gb"

    @Flag(help: "Print JSON.")
    var json = false

    @Option(name: SettingTable.policy.option, help: SettingTable.policy.help())
    var policy: String?

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    func run() throws {
        let context = try CommandContext(options)
        let policy = try context.policy(policy)
        guard let task = TaskSize(size) else {
            throw ValidationError("--size is \(size): it takes vCPUs and memory, such as 4vcpu-8gb")
        }
        var estimate = Estimate(task, context.settings.prices)
        var status = ExitStatus.done
        do {
            for source in try inputs.flatMap({ try sources($0, context.stores, policy) }) {
                do {
                    estimate.add(try sample(source, context))
                } catch let error where !context.interruption.isCancelled {
                    status = status.worse(ExitStatus(error))
                    estimate.add(Estimate.Video(name: source.name, error: "\(error)"))
                }
            }
        } catch let error as ValidationError { throw error } catch { throw ExitError(ExitStatus(error), "\(error)") }
        print(json ? try estimate.json() : estimate.text, terminator: "")
        throw ExitError(status)
    }

    private struct Source {
        var store: any ObjectStore
        var key: String
        var name: String
        var policy: ResolutionPolicy
    }

    /// The videos of one argument.
    private func sources(_ input: String, _ stores: StoreLocator, _ policy: ResolutionPolicy) throws -> [Source] {
        if let url = ObjectURL(input), url.key.isEmpty || url.key.hasSuffix("/") {
            let store = try stores.findBucket("s3://\(url.bucket)")
            let prefix = url.key.isEmpty ? JobKeys.inputPrefix : url.key
            return try videos(store, below: prefix, policy) { "s3://\(url.bucket)/\($0)" }
        }
        if ObjectURL(input) == nil, Self.isFolder(input) {
            let store = try stores.findBucket(input)
            let prefix = Self.isFolder("\(input)/\(JobKeys.inputPrefix)") ? JobKeys.inputPrefix : ""
            let folder = input.hasSuffix("/") ? input : "\(input)/"
            return try videos(store, below: prefix, policy) { folder + $0 }
        }
        let (store, key) = try stores.find(input)
        return [Source(store: store, key: key, name: input, policy: policy)]
    }

    private func videos(
        _ store: any ObjectStore, below prefix: String, _ policy: ResolutionPolicy, name: (String) -> String
    ) throws -> [Source] {
        try store.keys(below: prefix).filter { !NonVideoExtensions.matches($0) }.map { key in
            Source(store: store, key: key, name: name(key), policy: JobKeys(source: key)?.policy ?? policy)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func sample(_ source: Source, _ context: CommandContext) throws -> Estimate.Video {
        let settings = context.settings
        let cancellation = Cancellation(within: context.interruption)
        let watchdog = try settings.watchdog(cancellation) { [name = source.name] error in
            StandardError.write("\(name): \(error)\n")
            _exit(ExitStatus(error).rawValue)
        }
        defer { watchdog.stop() }
        let bytes = try source.store.open(source.key).bytes
        let engine = settings.transcode(source.policy, threads: Machine.processorCount)
        let plan = try TranscodePlan(bytes, engine, cancellation: cancellation)
        var video = Estimate.Video(name: source.name, bytesBefore: bytes.size)
        if BitsPerPixel.efficient(plan, bytes.size, settings) != nil {
            video.isKept = true
            video.bytesAfter = bytes.size
            return video
        }
        let sampled = try plan.estimating(
            target: settings.qualityTarget, bytes, engine, cancellation: cancellation)
        video.crf = sampled.crf
        video.bytesAfter = UInt64(sampled.bytes)
        video.cpuSeconds = sampled.cpuSeconds
        if sampled.bytes >= Double(bytes.size), settings.larger != .keep {
            video.isKept = true
            video.bytesAfter = bytes.size
        }
        return video
    }
}

extension TaskSize {
    /// - Parameter text: such as `4vcpu-8gb`.
    /// - Returns: nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, parts[0].hasSuffix("vcpu"), parts[1].hasSuffix("gb"),
            let vCPUs = Double(parts[0].dropLast(4)), let gigabytes = Double(parts[1].dropLast(2)),
            0.25...192 ~= vCPUs, 0.5...1024 ~= gigabytes
        else { return nil }
        self.init(vCPUs: vCPUs, memoryBytes: UInt64(gigabytes * Double(1 << 30)))
    }
}
