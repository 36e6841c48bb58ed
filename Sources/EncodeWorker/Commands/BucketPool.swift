import EncodeJob
import Findings
import JobReport
import Media
import Synchronization
import Threads

/// Encodes the sources of a bucket, several at a time, each in a process of its own. Once fewer sources than workers are
/// left, idle workers help with those that are encoded in chunks.
final class BucketPool: Sendable {
    private enum Task {
        /// - Parameter isLast: whether another run has begun it, and nothing else is left.
        case source(Int, isLast: Bool)
        case help(Int)
    }

    private struct Running: Sendable {
        /// 0 unless others may help.
        var chunks = 0
        var helpers = 0
        /// Whether a helper has found nothing left to do.
        var isServed = false
        /// Helpers that did not end by themselves.
        var losses = 0
    }

    private struct State: Sendable {
        var next = 0
        var running: [Int: Running] = [:]
        /// Sources that other runs have begun, and when.
        var left: [Int: Int64] = [:]
        var ends: [Int: JobEnd] = [:]
        var isInterrupted = false
    }

    /// Helpers of one source that are replaced.
    private static let maxLosses = 3

    private let sources: [JobLocations]
    private let settings: Settings
    private let interruption: Cancellation
    private let state = Monitor(State())
    private let claims: SourceClaims
    private let workers: Int
    private let line: PoolProgress
    /// Dry runs share the deadline after a signal, which is one job's.
    private let dryRuns = Mutex(())

    /// - Parameter workers: processes at once.
    init(_ sources: [JobLocations], in store: any ObjectStore, workers: Int, _ context: CommandContext) {
        self.sources = sources
        settings = context.settings
        interruption = context.interruption
        self.workers = workers
        claims = SourceClaims(store: store, worker: ChunkWorker(context.environment))
        line = PoolProgress(count: sources.count, isShown: context.settings.log != .quiet)
    }

    /// - Returns: the ends in the order of the sources; without those that an interruption left out.
    func run() -> [JobEnd] {
        // A thread that can't be started is one worker less.
        let threads = (1..<max(1, workers)).compactMap { _ in try? OwnedThread(named: "a worker") { self.work() } }
        work()
        for thread in threads { thread.join() }
        line.clear()
        claims.tidy()
        let ends = state.withLock { $0.ends }
        return sources.indices.compactMap { ends[$0] }
    }

    private func work() {
        while let task = nextTask() {
            switch task {
            case .source(let index, let isLast):
                guard let end = encode(index, isLast: isLast) else { continue }
                line.finish(sources[index].sourceName)
                let isInterrupted = end.status == .interrupted || interruption.isCancelled
                state.withLock { state in
                    state.running[index] = nil
                    state.ends[index] = end
                    if isInterrupted { state.isInterrupted = true }
                }
            case .help(let index):
                let end = SourceProcess.help(sources[index].source)
                state.withLock { state in
                    guard var running = state.running[index] else { return }
                    running.helpers -= 1
                    if end != .exit(0) { running.losses += 1 }
                    running.isServed = running.isServed || end == .exit(0) || running.losses > Self.maxLosses
                    state.running[index] = running
                }
            }
        }
    }

    /// - Returns: nil if there is nothing to do, and will be nothing.
    private func nextTask() -> Task? {
        let count = sources.count
        let task: Task?? = state.wait { state -> Task?? in
            if state.isInterrupted || interruption.isCancelled { return .some(nil) }
            if state.next < count {
                defer { state.next += 1 }
                state.running[state.next] = Running()
                return .source(state.next, isLast: false)
            }
            let open = state.running.filter { !$0.value.isServed && $0.value.helpers + 1 < $0.value.chunks }
            // Evenly, and in the sources' order.
            let chosen = open.min { ($0.value.helpers, $0.key) < ($1.value.helpers, $1.key) }
            if let index = chosen?.key {
                state.running[index]?.helpers += 1
                return .help(index)
            }
            if let index = state.left.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key {
                state.left[index] = nil
                state.running[index] = Running()
                return .source(index, isLast: true)
            }
            return state.running.isEmpty ? .some(nil) : nil
        }
        return task ?? nil
    }

    /// - Returns: nil if another run has begun it, so that it comes last.
    private func encode(_ index: Int, isLast: Bool) -> JobEnd? {
        let locations = sources[index]
        let runner = JobRunner(settings: settings, interruption: interruption, runsSeveral: index > 0)
        // An output that exists needs no process.
        if let end = dryRuns.withLock({ _ in runner.dryRun(locations) }) {
            if isLast { claims.release(locations.source) }
            return end
        }
        if !isLast, let time = claims.take(locations.source) {
            state.withLock { state in
                state.running[index] = nil
                state.left[index] = time
            }
            return nil
        }
        defer { claims.release(locations.source) }
        let writer = ReportWriter(locations, settings, BatchContext())
        let outcome = SourceProcess.run(locations.source) { message in
            switch message {
            case .chunked(let count): state.withLock { $0.running[index]?.chunks = count }
            case .progress(let progress): line.update(locations.sourceName, progress)
            }
        }
        guard let outcome else { return dryRuns.withLock { _ in runner.run(locations) } }
        return JobEnd(outcome, locations, writer)
    }
}

extension JobEnd {
    /// The end of a job by what its process sent and how that ended.
    init(
        _ outcome: (report: Report?, end: ChildProcess.End, usage: Usage), _ locations: JobLocations,
        _ writer: ReportWriter
    ) {
        if let report = outcome.report, case .exit(let code) = outcome.end, let status = ExitStatus(rawValue: code) {
            self.init(report: report, status: status)
            return
        }
        let error = ReportedError(outcome.end)
        StandardError.write("\(locations.sourceName): \(error)\n")
        self = writer.abandonLost(error, outcome.usage)
    }
}
