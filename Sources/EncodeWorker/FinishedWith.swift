/// Ends the process with a status, when everything has been said.
struct FinishedWith: Error {
    let status: ExitStatus

    init(status: ExitStatus) {
        self.status = status
    }

    /// Says an error first, on one line.
    init(_ error: any Error) {
        StandardError.write("\(error)\n")
        status = ExitStatus(error)
    }

    /// Says first what is wrong with how the program was called.
    init(usage message: String) {
        StandardError.write("\(message)\n")
        status = .usage
    }
}
