import JobReport
import Media

/// The progress of one transcode on standard error.
final class ProgressLine: Sendable {
    private let name: String
    private let line = StatusLine()
    private let start = SystemClock.monotonic()

    init(_ name: String) {
        self.name = name
    }

    func update(_ progress: TranscodeProgress) {
        line.update { "\(name)  \(Self.text(progress, elapsed: SystemClock.monotonic() - start))" }
    }

    /// Removes the line from the terminal.
    func clear() { line.clear() }

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
