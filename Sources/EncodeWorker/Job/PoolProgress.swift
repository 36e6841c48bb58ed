import JobReport
import Media
import Synchronization

/// The progress of several videos that are encoded at once, in one line on standard error.
final class PoolProgress: Sendable {
    private struct State: Sendable {
        var running: [String: TranscodeProgress] = [:]
        var done = 0
        var count = 0
    }

    private let state = Mutex(State())
    private let line = StatusLine()
    private let isShown: Bool

    init(isShown: Bool) {
        self.isShown = isShown
    }

    /// Counts videos that will be encoded.
    func add(_ count: Int) { state.withLock { $0.count += count } }

    func update(_ name: String, _ progress: TranscodeProgress) {
        let seen = state.withLock { state in
            state.running[name] = progress
            return state
        }
        if isShown { line.update { Self.text(seen.running, done: seen.done, of: seen.count) } }
    }

    /// Counts a video that has ended.
    func finish(_ name: String) {
        state.withLock { state in
            state.running[name] = nil
            state.done += 1
        }
    }

    /// Removes the line from the terminal.
    func clear() { line.clear() }

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
