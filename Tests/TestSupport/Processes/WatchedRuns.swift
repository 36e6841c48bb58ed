import Glibc
import Synchronization

/// Numbered runs on some threads, each of which must end within a bound. One that doesn't is counted as a hang and left
/// behind; another thread takes its place.
public final class WatchedRuns: Sendable {
    private struct State: Sendable {
        var next: UInt64 = 0
        var underWay: [UInt64: ContinuousClock.Instant] = [:]
        var ended = 0
        var hung: [UInt64] = []
    }

    private let count: Int
    private let body: @Sendable (UInt64) -> Void
    private let state = Mutex(State())

    /// - Parameter body: one run; its argument is a number from 1 to `count`.
    public init(count: Int, body: @escaping @Sendable (UInt64) -> Void) {
        self.count = count
        self.body = body
    }

    /// Starts the threads and waits until every run has ended or hangs.
    ///
    /// - Returns: how many ended, and which did not within the bound.
    public func wait(threads: Int, bound: Duration) -> (ended: Int, hung: [UInt64]) {
        for _ in 0..<threads { startThread() }
        while true {
            let now = ContinuousClock.now
            let late = state.withLock { state in
                let late = state.underWay.filter { now - $0.value > bound }.map(\.key)
                for number in late { state.underWay[number] = nil }
                state.hung += late
                return late
            }
            for _ in late { startThread() }
            let (ended, hung) = state.withLock { ($0.ended, $0.hung) }
            if ended + hung.count == count { return (ended, hung.sorted()) }
            usleep(20_000)
        }
    }

    private func startThread() {
        DetachedThread.start { [self] in
            while let number = next() {
                body(number)
                // A run that was given up doesn't count a second time, and its thread has been replaced.
                let isCounted = state.withLock { state in
                    guard state.underWay.removeValue(forKey: number) != nil else { return false }
                    state.ended += 1
                    return true
                }
                if !isCounted { return }
            }
        }
    }

    private func next() -> UInt64? {
        state.withLock { state in
            guard state.next < UInt64(count) else { return nil }
            state.next += 1
            state.underWay[state.next] = .now
            return state.next
        }
    }
}
