import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Watched runs") struct WatchedRunsTests {
    @Test("Runs that hang are counted") func hanging() {
        let release = Mutex(false)
        let runs = WatchedRuns(count: 40) { number in
            while number % 10 == 3, !release.withLock({ $0 }) { usleep(10_000) }
        }
        let (ended, hung) = runs.wait(threads: 2, bound: .milliseconds(1500))
        #expect(ended == 36 && hung == [3, 13, 23, 33])
        release.withLock { $0 = true }
    }

    @Test("Every number runs once") func once() {
        let seen = Mutex<[UInt64]>([])
        let runs = WatchedRuns(count: 500) { number in seen.withLock { $0.append(number) } }
        let (ended, hung) = runs.wait(threads: 8, bound: .seconds(60))
        #expect(ended == 500 && hung.isEmpty && seen.withLock { $0.sorted() } == Array(1...500))
    }
}
