import CFFmpeg

/// The libraries' own log: silent unless asked for, with the last error line of the calling thread kept.
public enum FFmpegLog {
    /// Takes the log over. `toStandardError` shows everything, for debugging.
    ///
    /// Source: FFmpeg, "libavutil/log.h", av_log_set_callback.
    public static func start(toStandardError: Bool) {
        take()
        reelpress_log_start(toStandardError ? 1 : 0)
    }

    /// Takes the log over, silently, unless that is done: damage of pictures is read from it.
    static func take() { _ = isTaken }

    private static let isTaken: Bool = {
        reelpress_log_start(0)
        return true
    }()

    /// The last line of level error that this thread's calls have logged, without its line end; empty if none.
    static func takeLastError() -> String {
        let line = String(cString: reelpress_log_last())
        reelpress_log_forget()
        var text = Substring(line)
        while let last = text.last, last.isWhitespace || last == "." { text.removeLast() }
        return text.replacing("\n", with: " ")
    }
}

extension String.SubSequence {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
