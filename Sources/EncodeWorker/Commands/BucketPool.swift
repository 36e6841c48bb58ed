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
        /// Everything has ended: these have since the last time.
        case rest([JobEnd])
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
        /// Sources that have not ended, by numbers in the order in which they were added.
        var sources: [Int: JobLocations] = [:]
        /// Their numbers, by the bytes of their keys.
        var numbers: [[UInt8]: Int] = [:]
        var added = 0
        var waiting: ArraySlice<Int> = []
        var running: [Int: Running] = [:]
        /// Sources that other runs have begun, and when.
        var left: [Int: Int64] = [:]
        /// Running sources that were added again.
        var again: Set<Int> = []
        var ends: [Int: JobEnd] = [:]
        /// Whether sources may still be added.
        var isOpen = true
        var isResting = false
        var isInterrupted = false

        mutating func add(_ source: JobLocations) {
            let key = Array(source.source.utf8)
            if let number = numbers[key] {
                if running[number] != nil { again.insert(number) }
                return
            }
            sources[added] = source
            numbers[key] = added
            waiting.append(added)
            added += 1
        }

        mutating func finish(_ number: Int, _ end: JobEnd) {
            running[number] = nil
            ends[number] = end
            guard let source = sources.removeValue(forKey: number) else { return }
            numbers[Array(source.source.utf8)] = nil
            if again.remove(number) != nil { add(source) }
        }

        /// In the order of the sources.
        mutating func takeEnds() -> [JobEnd] {
            defer { ends = [:] }
            return ends.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Helpers of one source that are replaced.
    private static let maxLosses = 3

    private let settings: Settings
    private let interruption: Cancellation
    private let state = Monitor(State())
    private let claims: SourceClaims
    private let workers: Int
    private let line: PoolProgress
    /// Dry runs share the deadline after a signal, which is one job's.
    private let dryRuns = Mutex(())

    /// Gets the ends whenever everything has ended.
    private let onRest: (@Sendable ([JobEnd]) -> Void)?

    /// - Parameters:
    ///   - workers: processes at once.
    ///   - onRest: called whenever every source has ended, on one thread at a time, with those that have ended since; nil
    ///     where no source is added once it runs.
    init(
        in store: any ObjectStore, workers: Int, _ context: CommandContext,
        onRest: (@Sendable ([JobEnd]) -> Void)? = nil
    ) {
        settings = context.settings
        interruption = context.interruption
        self.workers = workers
        self.onRest = onRest
        claims = SourceClaims(store: store, worker: ChunkWorker(context.environment))
        line = PoolProgress(isShown: context.settings.log != .quiet)
    }

    /// Adds sources. One that waits is not added twice; one that is being encoded is looked at again after that.
    func add(_ sources: [JobLocations]) {
        line.add(sources.count)
        state.withLock { state in
            for source in sources { state.add(source) }
        }
    }

    /// Ends the pool once all sources have ended, or at once if the process is to end.
    func close() { state.withLock { $0.isOpen = false } }

    /// - Returns: the ends in the order of the sources, apart from those that `onRest` got; without those that an
    ///   interruption left out.
    func run() -> [JobEnd] {
        // A thread that can't be started is one worker less.
        let threads = (1..<max(1, workers)).compactMap { _ in try? OwnedThread(named: "a worker") { self.work() } }
        work()
        for thread in threads { thread.join() }
        line.clear()
        claims.tidy()
        return state.withLock { $0.takeEnds() }
    }

    private func work() {
        while let task = nextTask() {
            switch task {
            case .source(let index, let isLast):
                guard let source = source(index), let end = encode(index, source, isLast: isLast) else { continue }
                line.finish(source.sourceName)
                let isInterrupted = end.status == .interrupted || interruption.isCancelled
                state.withLock { state in
                    state.finish(index, end)
                    if isInterrupted { state.isInterrupted = true }
                }
            case .help(let index):
                guard let source = source(index) else { continue }
                let end = SourceProcess.help(source.source)
                state.withLock { state in
                    guard var running = state.running[index] else { return }
                    running.helpers -= 1
                    if end != .exit(0) { running.losses += 1 }
                    running.isServed = running.isServed || end == .exit(0) || running.losses > Self.maxLosses
                    state.running[index] = running
                }
            case .rest(let ends):
                line.clear()
                claims.tidy()
                onRest?(ends)
                state.withLock { $0.isResting = false }
            }
        }
    }

    private func source(_ number: Int) -> JobLocations? { state.withLock { $0.sources[number] } }

    /// - Returns: nil if there is nothing to do, and will be nothing.
    private func nextTask() -> Task? {
        let task: Task?? = state.wait { state -> Task?? in
            if state.isInterrupted || interruption.isCancelled { return .some(nil) }
            if let index = state.waiting.popFirst() {
                state.running[index] = Running()
                return .source(index, isLast: false)
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
            guard state.running.isEmpty else { return nil }
            if onRest != nil, !state.ends.isEmpty, !state.isResting {
                state.isResting = true
                return .rest(state.takeEnds())
            }
            return state.isOpen ? nil : .some(nil)
        }
        return task ?? nil
    }

    /// - Returns: nil if another run has begun it, so that it comes last.
    private func encode(_ index: Int, _ locations: JobLocations, isLast: Bool) -> JobEnd? {
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
