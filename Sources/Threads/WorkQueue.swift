/// Runs requests on threads of its own, in the order in which they were added, until one fails or it is cancelled.
///
/// A thread is started only where a request would otherwise wait, up to the limit. Its owner ends it with `finish` or
/// `cancel`, after which no thread is left; `deinit` cancels.
public final class WorkQueue<Request: Sendable, Failure: Error>: Sendable {
    /// Performs one request. It looks at the cancellation, which is requested once another request has failed.
    public typealias Work = @Sendable (Request, Cancellation) throws(Failure) -> Void

    private struct State {
        var waiting: ArraySlice<Request> = []
        var running = 0
        var threads: [OwnedThread] = []
        var isClosed = false
        var isCancelled = false
        var failure: Failure?

        var isOver: Bool { isCancelled || failure != nil }
        var isShortOfThreads: Bool { waiting.count > threads.count - running }
    }

    private enum Step { case perform(Request), stop }

    /// Requested by `cancel` and by the first failure.
    public let cancellation: Cancellation
    private let name: String
    private let maxThreads: Int
    private let work: Work
    private let state = Monitor(State())

    /// - Parameters:
    ///   - name: what runs on the threads, for errors.
    ///   - threads: at most; at least 1.
    ///   - outer: a cancellation whose request holds for the work too. Requests that wait are still handed to `work`.
    public init(named name: String, threads: Int, within outer: Cancellation? = nil, _ work: @escaping Work) {
        self.name = name
        self.work = work
        maxThreads = max(1, threads)
        cancellation = Cancellation(within: outer)
    }

    deinit { cancel() }

    /// Threads that were started.
    public var threadCount: Int { state.withLock { $0.threads.count } }

    /// Adds a request. It is dropped where one has failed or the queue was cancelled.
    ///
    /// - Throws: `ThreadError` if there is no thread at all; with fewer than the limit the work only takes longer.
    public func add(_ request: Request) throws(ThreadError) {
        let refusal: ThreadError? = state.withLock { state in
            guard !state.isOver else { return nil }
            precondition(!state.isClosed, "a finished queue takes no request")
            state.waiting.append(request)
            guard state.threads.count < maxThreads, state.isShortOfThreads else { return nil }
            do throws(ThreadError) {
                state.threads.append(try startThread())
            } catch {
                return state.threads.isEmpty ? error : nil
            }
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Waits until fewer than `limit` requests wait or run.
    ///
    /// - Throws: the first failure.
    public func wait(forFewerThan limit: Int) throws(Failure) {
        let result: Result<Void, Failure> = state.wait { state in
            if let failure = state.failure { return .failure(failure) }
            return state.isCancelled || state.waiting.count + state.running < limit ? .success(()) : nil
        }
        try result.get()
    }

    /// Waits for all requests and ends the threads. After `cancel` some may not have been performed.
    ///
    /// - Throws: the first failure.
    public func finish() throws(Failure) {
        state.withLock { $0.isClosed = true }
        if let failure = joinThreads() { throw failure }
    }

    /// Drops the requests that wait, cancels those that run, and ends the threads.
    public func cancel() {
        cancellation.cancel()
        state.withLock { state in
            state.isCancelled = true
            state.waiting = []
        }
        _ = joinThreads()
    }

    private func joinThreads() -> Failure? {
        for thread in state.withLock({ $0.threads }) { thread.join() }
        return state.withLock { $0.failure }
    }

    private func startThread() throws(ThreadError) -> OwnedThread {
        // The threads don't keep the queue alive: its `deinit` ends them.
        try OwnedThread(named: name) { [state, cancellation, work] in
            while case .perform(let request) = Self.next(state) {
                do throws(Failure) {
                    try work(request, cancellation)
                    state.withLock { $0.running -= 1 }
                } catch {
                    cancellation.cancel()
                    state.withLock { state in
                        state.running -= 1
                        state.waiting = []
                        if state.failure == nil { state.failure = error }
                    }
                }
            }
        }
    }

    private static func next(_ state: Monitor<State>) -> Step {
        state.wait { state in
            if state.isOver { return .stop }
            if let request = state.waiting.popFirst() {
                state.running += 1
                return .perform(request)
            }
            return state.isClosed ? .stop : nil
        }
    }
}
