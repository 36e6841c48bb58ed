/// Ends the process with a status; `main` prints the message.
struct ExitError: Error {
    let status: ExitStatus
    /// One line for standard error; nil if everything has been printed.
    let message: String?

    init(_ status: ExitStatus, _ message: String? = nil) {
        self.status = status
        self.message = message
    }

    init(_ error: any Error) {
        self.init(ExitStatus(error), "\(error)")
    }
}
