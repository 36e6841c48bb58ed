import Glibc

/// A program that runs; killed with its children when it is forgotten.
public final class RunningCommand {
    /// The process, which leads a group of its own.
    public let process: Int32
    private let arguments: [String]
    private let output: CapturedText
    private let error: CapturedText
    private let start = ContinuousClock.now
    private var isReaped = false

    init(_ process: pid_t, _ arguments: [String], output: CapturedText, error: CapturedText) {
        self.process = process
        self.arguments = arguments
        self.output = output
        self.error = error
    }

    deinit {
        if !isReaped { destroy() }
    }

    /// Sends a signal to the process alone.
    public func send(_ signal: Int32) {
        if !isReaped { kill(process, signal) }
    }

    /// Waits for the end.
    ///
    /// - Throws: `CommandFailure` if it had to be killed because it took too long.
    public func wait(within seconds: Double = 240) throws -> CommandOutcome {
        let limit = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < limit {
            if let outcome = try outcomeIfEnded() { return outcome }
            usleep(2000)
        }
        destroy()
        throw CommandFailure("\(arguments) was killed: it took more than \(seconds) s. It said: \(try error.text())")
    }

    /// The outcome of a program that has ended; nil while it runs.
    public func outcomeIfEnded() throws -> CommandOutcome? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        isReaped = true
        let signal = status & 0x7f
        return CommandOutcome(
            end: signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal),
            output: try output.text(),
            error: try error.text(),
            duration: ContinuousClock.now - start
        )
    }

    private func destroy() {
        kill(-process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        isReaped = true
    }
}

/// How a program ended, and what it said.
public struct CommandOutcome: Sendable {
    /// How a process ends.
    public enum End: Sendable, Equatable {
        /// By its own will, with a code.
        case exit(Int32)
        /// By a signal.
        case signal(Int32)
    }

    /// Exit code or signal.
    public let end: End
    /// Standard output.
    public let output: String
    /// Standard error.
    public let error: String
    /// From start to end.
    public let duration: Duration

    /// The lines of standard error.
    public var errorLines: [Substring] { error.split(separator: "\n") }
}
