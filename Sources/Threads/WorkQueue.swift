/// Runs requests on threads of its own, in the order in which they were added, until one fails or it is cancelled.
///
/// A thread is started only where a request would otherwise wait, up to the limit. Its owner ends it with `finish` or
/// `cancel`, after which no thread is left; `deinit` cancels.
public final class WorkQueue<Request: Sendable, Failure: Error>: Sendable {
    /// Performs one request. It looks at the cancellation, which is requested once another request has failed.
    public typealias Work = @Sendable (Request, Cancellation) throws(Failure) -> Void

    /// Requested by `cancel` and by the first failure.
    public let cancellation: Cancellation
    private let work: Work
    private let pool: ThreadPool
    private let failure = Monitor<Failure?>(nil)

    /// - Parameters:
    ///   - name: what runs on the threads, for errors.
    ///   - threads: at most; at least 1.
    ///   - outer: a cancellation whose request holds for the work too. Requests that wait are still handed to `work`.
    public init(named name: String, threads: Int, within outer: Cancellation? = nil, _ work: @escaping Work) {
        self.work = work
        cancellation = Cancellation(within: outer)
        pool = ThreadPool(name, max(1, threads))
    }

    deinit { cancel() }

    /// Threads that were started.
    public var threadCount: Int { pool.threadCount }

    /// Adds a request. It is dropped where one has failed or the queue was cancelled.
    ///
    /// - Throws: `ThreadError` if there is no thread at all; with fewer than the limit the work only takes longer.
    public func add(_ request: Request) throws(ThreadError) {
        // The threads don't keep the queue alive: its `deinit` ends them.
        try pool.add { [cancellation, work, failure] in
            do throws(Failure) {
                try work(request, cancellation)
                return true
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
                cancellation.cancel()
                return false
            }
        }
    }

    /// Waits until fewer than `limit` requests wait or run.
    ///
    /// - Throws: the first failure.
    public func wait(forFewerThan limit: Int) throws(Failure) {
        pool.wait(forFewerThan: limit)
        try check()
    }

    /// Waits for all requests and ends the threads. After `cancel` some may not have been performed.
    ///
    /// - Throws: the first failure.
    public func finish() throws(Failure) {
        pool.close()
        pool.join()
        try check()
    }

    /// Drops the requests that wait, cancels those that run, and ends the threads.
    public func cancel() {
        cancellation.cancel()
        pool.stop()
        pool.join()
    }

    private func check() throws(Failure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}

/// The threads of a `WorkQueue` and the calls that wait for them. Not generic, so that it is compiled once: it is part of
/// a small program.
private final class ThreadPool: Sendable {
    /// - Returns: false to stop the pool.
    typealias Job = @Sendable () -> Bool

    private struct State {
        var waiting: ArraySlice<Job> = []
        var running = 0
        var threads: [OwnedThread] = []
        var isClosed = false
        var isStopped = false

        var isShortOfThreads: Bool { waiting.count > threads.count - running }
    }

    private let name: String
    private let maxThreads: Int
    private let state = Monitor(State())

    init(_ name: String, _ maxThreads: Int) {
        self.name = name
        self.maxThreads = maxThreads
    }

    var threadCount: Int { state.withLock { $0.threads.count } }

    func add(_ job: @escaping Job) throws(ThreadError) {
        try state.withLock { (state) throws(ThreadError) in
            guard !state.isStopped else { return }
            precondition(!state.isClosed, "a finished queue takes no request")
            state.waiting.append(job)
            guard state.threads.count < maxThreads, state.isShortOfThreads else { return }
            do throws(ThreadError) { state.threads.append(try startThread()) } catch {
                if state.threads.isEmpty {
                    state.waiting = []
                    throw error
                }
            }
        }
    }

    func wait(forFewerThan limit: Int) {
        state.wait {
            $0.isStopped || $0.waiting.count + $0.running < limit
        } _: { _ in
        }
    }

    func close() { state.withLock { $0.isClosed = true } }

    func stop() { state.withLock { Self.stop(&$0) } }

    func join() { for thread in state.withLock({ $0.threads }) { thread.join() } }

    private func startThread() throws(ThreadError) -> OwnedThread {
        try OwnedThread(named: name) { [state] in
            while let job = Self.next(state) {
                let goesOn = job()
                state.withLock { state in
                    state.running -= 1
                    if !goesOn { Self.stop(&state) }
                }
            }
        }
    }

    private static func stop(_ state: inout State) {
        state.isStopped = true
        state.waiting = []
    }

    private static func next(_ state: Monitor<State>) -> Job? {
        state.wait {
            $0.isStopped || $0.isClosed || !$0.waiting.isEmpty
        } _: { state in
            guard let job = state.waiting.popFirst() else { return nil }
            state.running += 1
            return job
        }
    }
}
