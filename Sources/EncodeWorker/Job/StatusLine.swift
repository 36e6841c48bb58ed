import Synchronization

/// One line on standard error that shows progress.
///
/// On a terminal it is redrawn several times per second; elsewhere a line is added every ten seconds.
final class StatusLine: Sendable {
    private let isTerminal: Bool
    private let throttle: Throttle
    private let isDrawn = Mutex(false)

    private static let erase = "\r\u{1B}[K"

    init() {
        isTerminal = StandardError.isTerminal
        throttle = Throttle(seconds: isTerminal ? 0.2 : 10)
    }

    /// - Parameter text: made only if it is shown.
    func update(_ text: () -> String) {
        guard throttle.isDue() else { return }
        isDrawn.withLock { $0 = true }
        let text = text()
        StandardError.write(isTerminal ? "\(Self.erase)\(text)" : "\(text)\n")
    }

    /// Removes the line from the terminal.
    func clear() {
        let wasDrawn = isDrawn.withLock { isDrawn in
            defer { isDrawn = false }
            return isDrawn
        }
        if wasDrawn, isTerminal { StandardError.write(Self.erase) }
    }
}

/// Lets something happen only so often; for any thread.
final class Throttle: Sendable {
    private let last = Mutex(-Double.infinity)
    private let seconds: Double

    init(seconds: Double) {
        self.seconds = seconds
    }

    func isDue() -> Bool {
        let now = SystemClock.monotonic()
        return last.withLock { last in
            guard now - last >= seconds else { return false }
            last = now
            return true
        }
    }
}
