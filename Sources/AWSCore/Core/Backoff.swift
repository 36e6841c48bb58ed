import Glibc

/// Waiting on the calling thread.
enum Pause {
    /// Waits, and looks every 50 ms whether it was cancelled.
    static func sleep(milliseconds: Int, isCancelled: (() -> Bool)? = nil) {
        var left = milliseconds
        while left > 0, isCancelled?() != true {
            let step = isCancelled == nil ? left : min(left, 50)
            usleep(UInt32(clamping: step * 1000))
            left -= step
        }
    }
}
