import Findings
import Glibc
import Synchronization
import Threads

/// SIGTERM and SIGINT: the first one requests an orderly end, a second one kills the process. Child processes get the first
/// one as well.
///
/// Its state is global, as a signal handler has no argument but the signal's number; everything else in the program is
/// given `cancellation` as a value.
enum Interruption {
    static let cancellation = Cancellation(reason: ReportedError.interrupted)

    /// The processes that get the signals too.
    private static let children = (0..<maxChildren).map { _ in Child() }
    private static let maxChildren = 256

    /// A place for one of them.
    private final class Child: Sendable {
        /// 0 for none.
        let process = Atomic<Int32>(0)
    }

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

    /// Only forwards both signals to the children.
    static func forwardSignals() {
        handle(flags: 0) { signal in Interruption.forward(signal) }
    }

    /// Adds a process that gets the signals too; also one that came while the process was being started.
    static func add(_ process: pid_t) {
        for child in children
        where child.process.compareExchange(expected: 0, desired: process, ordering: .sequentiallyConsistent).exchanged
        {
            break
        }
        if cancellation.isCancelled { kill(process, SIGTERM) }
    }

    /// Forgets a process before its number may be another's.
    static func remove(_ process: pid_t) {
        for child in children
        where child.process.compareExchange(expected: process, desired: 0, ordering: .sequentiallyConsistent).exchanged
        {
            return
        }
    }

    /// Ends the children, although this process goes on.
    static func endChildren() { forward(SIGTERM) }

    private static func handle(flags: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        // The handler may only touch what is initialised by then.
        _ = children.count
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = flags
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        unblockSignals()
    }

    private static func forward(_ signal: Int32) {
        let before = errno
        for index in 0..<maxChildren {
            let process = children[index].process.load(ordering: .sequentiallyConsistent)
            if process > 0 { kill(process, signal) }
        }
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
