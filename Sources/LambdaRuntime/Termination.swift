import Glibc
import Threads

/// SIGTERM: Lambda shuts the environment down.
enum Termination {
    static let cancellation = Cancellation()

    static var isRequested: Bool { cancellation.isCancelled }

    /// From now on SIGTERM ends the waiting for an event. A handler that is at work is not disturbed.
    ///
    /// The signal interrupts libcurl's `poll`, after which libcurl asks at once whether to go on; where it comes just
    /// before `poll`, libcurl asks within a second.
    static func watch() {
        // The handler may only touch what is initialised by now.
        _ = isRequested
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Termination.cancellation.cancel() }
        sigaction(SIGTERM, &action, nil)
        // A Runtime API that goes away is an error of a write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }
}
