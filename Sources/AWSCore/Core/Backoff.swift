import Glibc
public import Threads

/// Waiting on the calling thread before another try, and the clock that measures it.
public enum Backoff {
    /// Milliseconds of a clock that is never set.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// - Parameter cancellation: looked at every 50 ms; its request ends the wait.
    public static func sleep(milliseconds: Int, _ cancellation: Cancellation? = nil) {
        var left = milliseconds
        while left > 0, cancellation?.isCancelled != true {
            let step = cancellation == nil ? left : min(left, 50)
            usleep(UInt32(clamping: step * 1000))
            left -= step
        }
    }
}
