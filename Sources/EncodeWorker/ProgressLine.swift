import Media

/// One line on standard error that follows a transcode.
///
/// On a terminal it is drawn over again several times a second; elsewhere a line is added every ten seconds.
final class ProgressLine {
    private let name: String
    private let isTerminal = StandardError.isTerminal
    private let start = ResourceMeter.wallSeconds()
    private var lastDrawn = -Double.infinity
    private var isDrawn = false

    init(_ name: String) {
        self.name = name
    }

    func update(_ progress: TranscodeProgress) {
        let now = ResourceMeter.wallSeconds()
        guard now - lastDrawn >= (isTerminal ? 0.2 : 10) else { return }
        lastDrawn = now
        isDrawn = true
        let text = Self.text(progress, elapsed: now - start)
        StandardError.write(isTerminal ? "\r\u{1B}[K\(name)  \(text)" : "\(name)  \(text)\n")
    }

    /// Takes the line off the terminal.
    func clear() {
        if isDrawn, isTerminal { StandardError.write("\r\u{1B}[K") }
        isDrawn = false
    }

    /// Percent, pictures a second, speed, time to go and the size to expect.
    static func text(_ progress: TranscodeProgress, elapsed: Double) -> String {
        let rate = elapsed > 0 ? Double(progress.frames) / elapsed : 0
        let speed = elapsed > 0 ? progress.seconds / elapsed : 0
        var parts = ["\(Figures.decimals(rate, 1)) fps", "\(Figures.decimals(speed, 2))x"]
        if let duration = progress.duration, duration > 0 {
            let share = min(1, progress.seconds / duration)
            parts.insert("\(Figures.decimals(share * 100, 1)) %", at: 0)
            if share > 0.01 {
                parts.append("ETA \(Figures.clock(elapsed / share - elapsed))")
                parts.append("~\(Figures.bytes(UInt64(Double(progress.bytes) / share)))")
            }
        }
        return parts.joined(separator: "  ")
    }
}
