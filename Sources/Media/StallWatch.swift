internal import Glibc

/// Ends work that stands still: first by asking, then by force.
///
/// Progress is a byte of the source that wasn't read before, a packet, a picture decoded or encoded. A slow preset
/// gives signs of life all the time; a source that sends a library into an endless loop doesn't.
public final class StallWatch: @unchecked Sendable {
    // Sendable: `isStopped` is touched only with `lock` held; all else is constant after init.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let stopped: UnsafeMutablePointer<pthread_cond_t>
    private var isStopped = false
    private let cancellation: Cancellation
    private let timeout: Double
    private let grace: Double
    private var thread: StageThread?

    /// - Parameters:
    ///   - timeout: seconds without progress after which the work is asked to end.
    ///   - grace: seconds that it gets to do so.
    ///   - onHang: called on the watch's own thread if it doesn't; it should end the process.
    /// - Throws: `MediaError` of code `library` if there is no thread left.
    public init(
        _ cancellation: Cancellation, timeout: Double, grace: Double = 30,
        onHang: @escaping @Sendable (MediaError) -> Void
    ) throws {
        self.cancellation = cancellation
        self.timeout = timeout
        self.grace = grace
        lock = .allocate(capacity: 1)
        stopped = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(stopped, &attributes)
        pthread_condattr_destroy(&attributes)
        thread = try StageThread(named: "watch") { [self] in run(onHang) }
    }

    deinit {
        pthread_cond_destroy(stopped)
        pthread_mutex_destroy(lock)
        stopped.deallocate()
        lock.deallocate()
    }

    /// Watches no longer: the owner's last call, without which the watch's thread keeps it alive.
    public func stop() {
        pthread_mutex_lock(lock)
        isStopped = true
        pthread_cond_broadcast(stopped)
        pthread_mutex_unlock(lock)
        thread?.join()
    }

    private func run(_ onHang: (MediaError) -> Void) {
        let heartbeat = cancellation.heartbeat
        var seen = heartbeat.beats
        var since = Self.now()
        while !isStopped(within: min(timeout / 4, 5)) {
            if heartbeat.beats != seen || heartbeat.isPaused || cancellation.isCancelled {
                (seen, since) = (heartbeat.beats, Self.now())
            } else if Self.now() - since >= timeout {
                let error = Self.error(heartbeat.currentPlace, timeout)
                cancellation.cancel(because: error)
                if !isStopped(within: grace) { onHang(error) }
                return
            }
        }
    }

    private func isStopped(within seconds: Double) -> Bool {
        let end = Self.now() + seconds
        var limit = timespec(tv_sec: Int(end), tv_nsec: Int((end - end.rounded(.down)) * 1e9))
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while !isStopped {
            if pthread_cond_timedwait(stopped, lock, &limit) == ETIMEDOUT { break }
        }
        return isStopped
    }

    private static func error(_ place: Heartbeat.Place, _ timeout: Double) -> MediaError {
        let time = timeout < 1 ? "\(timeout) s" : "\(Int(timeout)) s"
        return switch place {
        case .library:
            MediaError(
                .stalled, .decode, "no progress for \(time): the source keeps its decoder or demuxer busy for ever",
                advice: "check that it plays")
        case .source:
            MediaError(
                .inputOutput, .demux, "no progress for \(time): the source's bytes don't come", advice: "try again")
        case .elsewhere:
            MediaError(
                .library, .encode, "no progress for \(time): encoding or writing stands still", advice: "try again")
        }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
