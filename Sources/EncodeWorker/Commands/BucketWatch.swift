import EncodeJob
import Findings
import Glibc
import Synchronization
import Threads

/// Encodes the sources of a folder, those that are there and those that arrive, until a signal ends it.
final class BucketWatch: Sendable {
    private let store: LocalStore
    private let pool: BucketPool
    private let interruption: Cancellation
    private let watch: Mutex<FolderWatch>
    private let failure = Mutex<ReportedError?>(nil)

    private static let folder = "input"

    /// - Parameter pool: is closed at the end.
    /// - Throws: `ReportedError` if another process watches the folder, or this user can watch none.
    init(_ store: LocalStore, _ pool: BucketPool, interruption: Cancellation) throws(ReportedError) {
        self.store = store
        self.pool = pool
        self.interruption = interruption
        watch = Mutex(try FolderWatch(Self.folder, in: store))
    }

    /// Runs the pool and adds to it what arrives.
    ///
    /// - Returns: the ends that the pool's `onRest` did not get.
    /// - Throws: `ReportedError` if there is no such folder, or none any more.
    func run() throws -> [JobEnd] {
        let files = try watch.withLock { watch throws(ReportedError) in try watch.start() }
        let thread = try OwnedThread(named: "watching a folder") {
            defer { self.pool.close() }
            do throws(ReportedError) { try self.goOn(with: files) } catch {
                self.failure.withLock { $0 = error }
            }
        }
        let ends = pool.run()
        thread.join()
        if let failure = failure.withLock({ $0 }) { throw failure }
        return ends
    }

    private func goOn(with files: [String]) throws(ReportedError) {
        var arrivals = Arrivals()
        note([.files(files)], in: &arrivals)
        while !interruption.isCancelled {
            let complete = arrivals.look(at: SystemClock.monotonic()) { Arrivals.Look(store.path($0)) }
            if !complete.isEmpty {
                pool.add(complete.compactMap { key in JobKeys(source: key).map { JobLocations($0, in: store) } })
            }
            waitForEvents(until: arrivals.nextLook)
            note(try watch.withLock { watch throws(ReportedError) in try watch.changes() }, in: &arrivals)
        }
    }

    /// Returns at changes, at a signal, and at a time.
    private func waitForEvents(until time: Double?) {
        let seconds = time.map { max(0, $0 - SystemClock.monotonic()) }
        var descriptors = [watch.withLock { $0.descriptor }, Deadline.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // A millisecond more, so that the time has come.
        _ = poll(&descriptors, nfds_t(descriptors.count), seconds.map { Int32($0 * 1000) + 1 } ?? -1)
    }

    private func note(_ changes: [FolderWatch.Change], in arrivals: inout Arrivals) {
        let now = SystemClock.monotonic()
        for change in changes {
            switch change {
            case .file(let key): add(key, in: &arrivals, at: now, isOld: false)
            case .gone(let key): arrivals.remove(key)
            case .folderGone(let folder): arrivals.removeAll { FolderWatch.isBelow($0, folder) }
            case .files(let keys):
                let names = Set(keys.map { Array($0.utf8) })
                arrivals.removeAll { !names.contains(Array($0.utf8)) }
                for key in keys { add(key, in: &arrivals, at: now, isOld: true) }
            }
        }
    }

    /// - Parameter isOld: whether it may have been complete for long.
    private func add(_ key: String, in arrivals: inout Arrivals, at now: Double, isOld: Bool) {
        guard !NonVideoExtensions.matches(key), let look = Arrivals.Look(store.path(key)) else { return }
        arrivals.add(key, look, at: now, age: isOld ? look.age : 0)
    }
}
