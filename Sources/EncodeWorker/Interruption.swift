internal import Glibc
internal import Media

/// SIGTERM and SIGINT: the first asks for an orderly end, a second one kills.
enum Interruption {
    static let cancellation = Cancellation()

    static func watch() {
        // The handler may only touch what is initialised by now.
        _ = cancellation.isCancelled
        Deadline.start()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            Interruption.cancellation.cancel()
            Deadline.begin()
        }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
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

    private static func changeMask(_ how: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(how, &signals, nil)
    }
}
