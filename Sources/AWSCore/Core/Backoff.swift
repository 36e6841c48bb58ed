import Glibc
import Threads

/// Waiting on the calling thread before another try.
enum Backoff {
    /// - Parameter cancellation: looked at every 50 ms; its request ends the wait.
    static func sleep(milliseconds: Int, _ cancellation: Cancellation? = nil) {
        var left = milliseconds
        while left > 0, cancellation?.isCancelled != true {
            let step = cancellation == nil ? left : min(left, 50)
            usleep(UInt32(clamping: step * 1000))
            left -= step
        }
    }
}
