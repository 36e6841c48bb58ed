import Glibc
import Synchronization
import Threads

/// Ends the process in time after a signal if the job doesn't end by itself: with a slow preset the frames in the encoder
/// take up to a minute, a dead network takes longer.
///
/// Its state is global, as the signal handler that starts the time has no argument.
enum Deadline {
    /// Seconds from the signal until `onTimeout`'s body runs, and then until the process ends.
    private static let orderly: UInt32 = 5
    private static let short: UInt32 = 3

    /// A pipe, since a signal handler may not do more than write.
    private static let pipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    private static let timeout = Mutex<(@Sendable () -> Void)?>(nil)

    /// Starts the thread that waits for the signal.
    static func start() {
        guard pipe.reading >= 0 else { return }
        try? OwnedThread.detach(named: "the deadline") { Deadline.wait() }
    }

    /// Readable from the signal on, for what waits for something else too.
    static var descriptor: Int32 { pipe.reading }

    private static func wait() {
        // The byte stays, so that the descriptor stays readable.
        var signalled = pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)
        while poll(&signalled, 1, -1) < 0, errno == EINTR {}
        sleep(orderly)
        try? OwnedThread.detach(named: "the deadline") {
            sleep(Deadline.short)
            _exit(ExitStatus.interrupted.rawValue)
        }
        // Without a body the job is ending by itself and has the rest of the time.
        guard let body = timeout.withLock({ $0.take() }) else { return }
        body()
        _exit(ExitStatus.interrupted.rawValue)
    }

    /// Starts the time. Safe in a signal handler.
    static func begin() {
        let before = errno
        var byte: UInt8 = 1
        _ = write(pipe.writing, &byte, 1)
        errno = before
    }

    /// Registers what to do if the job doesn't stop in time.
    static func onTimeout(_ body: @escaping @Sendable () -> Void) { timeout.withLock { $0 = body } }

    /// Removes `onTimeout`'s body, as the job has ended. If the body runs already, it ends the process, and this call
    /// does not return.
    static func disarm() {
        if timeout.withLock({ $0.take() }) != nil { return }
        while true { pause() }
    }
}
