import Findings
import Glibc
import Media
import Threads

/// SIGTERM and SIGINT: the first asks for an orderly end, a second one kills. A child gets the first as well.
enum Interruption {
    static let cancellation = Cancellation(reason: ReportedError.interrupted)

    /// - Parameter isOfTwo: whether this is a child that may get a signal twice, from a terminal and from its parent,
    ///   and dies with that anyway.
    static func watch(isOfTwo: Bool = false) {
        // The handler may only touch what is initialised by now.
        _ = cancellation.isCancelled
        Deadline.start()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { signal in
            Interruption.cancellation.cancel()
            Deadline.begin()
            ChildProcess.pass(signal)
        }
        action.sa_flags = (isOfTwo ? 0 : Int32(bitPattern: UInt32(SA_RESETHAND))) | SA_RESTART
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        // A reader that goes away and a limit on a file's size are errors of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        permit()
    }

    /// Keeps both signals waiting until `watch`, also across a new start of the program.
    static func postpone() { changeMask(SIG_BLOCK) }

    /// Lets both through to the handlers that are set.
    static func permit() { changeMask(SIG_UNBLOCK) }

    /// Does something that neither may come between.
    static func without<Result>(_ body: () -> Result) -> Result {
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
