import Findings
import Glibc
import Synchronization
import Threads

/// SIGTERM and SIGINT: the first one requests an orderly end, a second one kills the process. A child process gets the first
/// one as well.
///
/// Its state is global, as a signal handler has no argument but the signal's number; everything else in the program is
/// given `cancellation` as a value.
enum Interruption {
    static let cancellation = Cancellation(reason: ReportedError.interrupted)

    /// The process that gets the signals too; 0 for none.
    private static let child = Atomic<Int32>(0)

    /// - Parameter isSignalledTwice: whether this is a child that may get a signal twice, from a terminal and from its
    ///   parent, and ends with its parent anyway.
    static func watch(isSignalledTwice: Bool = false) {
        _ = cancellation.isCancelled
        Deadline.start()
        // A reader that goes away and a limit on a file's size are errors of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        handle(flags: (isSignalledTwice ? 0 : Int32(bitPattern: UInt32(SA_RESETHAND))) | SA_RESTART) { signal in
            Interruption.cancellation.cancel()
            Deadline.begin()
            Interruption.forward(signal)
        }
    }

    /// Only forwards both signals to the child.
    static func forwardSignals() {
        handle(flags: 0) { signal in Interruption.forward(signal) }
    }

    /// Names the process that gets the signals too.
    ///
    /// - Parameter process: nil once the child has ended and its number may be another's.
    static func setChild(_ process: pid_t?) { child.store(process ?? 0, ordering: .sequentiallyConsistent) }

    private static func handle(flags: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        // The handler may only touch what is initialised by then.
        _ = child.load(ordering: .sequentiallyConsistent)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = flags
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        unblockSignals()
    }

    private static func forward(_ signal: Int32) {
        let before = errno
        let process = child.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(process, signal) }
        errno = before
    }

    /// Keeps both signals pending until one of the handlers is set, also across a restart of the program.
    static func blockSignals() { changeMask(SIG_BLOCK) }

    private static func unblockSignals() { changeMask(SIG_UNBLOCK) }

    /// Runs `body`, which neither signal interrupts.
    static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
        var before = changeMask(SIG_BLOCK)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return body()
    }

    @discardableResult private static func changeMask(_ how: Int32) -> sigset_t {
        var (signals, before) = (sigset_t(), sigset_t())
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(how, &signals, &before)
        return before
    }
}
