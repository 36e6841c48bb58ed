import Glibc
import Synchronization
import Threads

/// Ends the process in time after a signal where the orderly end doesn't come: a slow preset can take a minute for the
/// pictures that the encoder has begun, a dead network longer.
enum Deadline {
    /// Seconds that the orderly end has from the signal on, and then the short one.
    private static let orderly: UInt32 = 5
    private static let short: UInt32 = 3

    /// A pipe, since a signal's handler may only write.
    private static let pipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    private static let ending = Mutex<(@Sendable () -> Void)?>(nil)

    /// Starts the thread that waits for the signal.
    static func start() {
        guard pipe.reading >= 0 else { return }
        try? OwnedThread.detach(named: "the deadline") { Deadline.wait() }
    }

    private static func wait() {
        var byte: UInt8 = 0
        while read(pipe.reading, &byte, 1) < 0, errno == EINTR {}
        sleep(orderly)
        try? OwnedThread.detach(named: "the deadline") {
            sleep(Deadline.short)
            _exit(ExitStatus.interrupted.rawValue)
        }
        // Where there is none, the orderly end is on its way and has the rest of the time.
        guard let body = ending.withLock({ $0.take() }) else { return }
        body()
        _exit(ExitStatus.interrupted.rawValue)
    }

    /// Called by the signal's handler.
    static func begin() {
        let before = errno
        var byte: UInt8 = 1
        _ = write(pipe.writing, &byte, 1)
        errno = before
    }

    /// Leaves what is to be done in a job's stead where that doesn't end in time.
    static func leave(_ body: @escaping @Sendable () -> Void) { ending.withLock { $0 = body } }

    /// Takes it back, as the job has ended; if it is being done by now, the process ends here.
    static func takeBack() {
        if ending.withLock({ $0.take() }) != nil { return }
        while true { pause() }
    }
}
