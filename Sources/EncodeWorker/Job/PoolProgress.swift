import JobReport
import Media
import Synchronization

/// One line on standard error for several videos that are encoded at once.
///
/// On a terminal it is redrawn several times per second; elsewhere a line is added every ten seconds.
final class PoolProgress: Sendable {
    private struct State: Sendable {
        var lastDrawn = -Double.infinity
        var isDrawn = false
        var running: [String: TranscodeProgress] = [:]
        var done = 0
    }

    private let state = Mutex(State())
    private let count: Int
    private let isShown: Bool
    private let isTerminal = StandardError.isTerminal

    /// - Parameter count: of videos.
    init(count: Int, isShown: Bool) {
        self.count = count
        self.isShown = isShown
    }

    func update(_ name: String, _ progress: TranscodeProgress) {
        let text = state.withLock { state -> String? in
            state.running[name] = progress
            let now = SystemClock.monotonic()
            guard isShown, now - state.lastDrawn >= (isTerminal ? 0.2 : 10) else { return nil }
            (state.lastDrawn, state.isDrawn) = (now, true)
            return Self.text(state.running, done: state.done, of: count)
        }
        if let text { StandardError.write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n") }
    }

    /// Counts a video that has ended.
    func finish(_ name: String) {
        state.withLock { state in
            state.running[name] = nil
            state.done += 1
        }
    }

    /// Removes the line from the terminal.
    func clear() {
        if isTerminal, state.withLock({ $0.isDrawn }) { StandardError.write("\r\u{1B}[K") }
    }

    /// Videos that are done, and how far the others are.
    static func text(_ running: [String: TranscodeProgress], done: Int, of count: Int) -> String {
        let parts = running.sorted { $0.key < $1.key }.map { name, progress in
            let share = progress.duration.map { min(1, progress.seconds / max($0, 0.001)) * 100 }
            let short = name.split(separator: "/").last.map(String.init) ?? name
            return "\(short) " + (share.map { "\(NumberFormat.decimals($0, 1)) %" } ?? "frame \(progress.frames)")
        }
        return (["\(done) of \(count)"] + parts).joined(separator: "  ")
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
