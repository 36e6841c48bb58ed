import JobReport
import Media
import Synchronization

/// One line on standard error that shows a transcode's progress.
///
/// On a terminal it is redrawn several times per second; elsewhere a line is added every ten seconds.
final class ProgressLine: Sendable {
    private let name: String
    private let isTerminal = StandardError.isTerminal
    private let start = SystemClock.monotonic()
    private let state = Mutex(State())

    private struct State {
        var lastDrawn = -Double.infinity
        var isDrawn = false
    }

    init(_ name: String) {
        self.name = name
    }

    func update(_ progress: TranscodeProgress) {
        let now = SystemClock.monotonic()
        let isDue = state.withLock { state in
            guard now - state.lastDrawn >= (isTerminal ? 0.2 : 10) else { return false }
            state = State(lastDrawn: now, isDrawn: true)
            return true
        }
        guard isDue else { return }
        let text = Self.text(progress, elapsed: now - start)
        StandardError.write(isTerminal ? "\r\u{1B}[K\(name)  \(text)" : "\(name)  \(text)\n")
    }

    /// Removes the line from the terminal.
    func clear() {
        let isDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if isDrawn, isTerminal { StandardError.write("\r\u{1B}[K") }
    }

    /// Percent, frames per second, speed, remaining time and expected size.
    static func text(_ progress: TranscodeProgress, elapsed: Double) -> String {
        let rate = elapsed > 0 ? Double(progress.frames) / elapsed : 0
        let speed = elapsed > 0 ? progress.seconds / elapsed : 0
        var parts = ["\(NumberFormat.decimals(rate, 1)) fps", "\(NumberFormat.decimals(speed, 2))x"]
        if let duration = progress.duration, duration > 0 {
            let share = min(1, progress.seconds / duration)
            parts.insert("\(NumberFormat.decimals(share * 100, 1)) %", at: 0)
            if share > 0.01 {
                parts.append("ETA \(NumberFormat.clock(elapsed / share - elapsed))")
                parts.append("~\(NumberFormat.bytes(UInt64(Double(progress.bytes) / share)))")
            }
        }
        return parts.joined(separator: "  ")
    }
}
