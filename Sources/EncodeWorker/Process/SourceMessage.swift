import Media

/// What a process that encodes one source of a bucket reports meanwhile: one line.
enum SourceMessage: Sendable {
    /// The video is encoded in chunks, and others may help.
    case chunked(Int)
    case progress(TranscodeProgress)

    var text: String {
        switch self {
        case .chunked(let count): "chunked \(count)"
        case .progress(let progress):
            "progress \(progress.frames) \(progress.seconds) \(progress.duration ?? 0) \(progress.bytes)"
        }
    }

    /// - Returns: nil for any other text.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        if words.count == 2, words[0] == "chunked", let count = Int(words[1]) {
            self = .chunked(count)
        } else if words.count == 5, words[0] == "progress", let frames = Int(words[1]), let seconds = Double(words[2]),
            let duration = Double(words[3]), let bytes = UInt64(words[4])
        {
            self = .progress(
                TranscodeProgress(
                    frames: frames, seconds: seconds, duration: duration > 0 ? duration : nil, bytes: bytes))
        } else {
            return nil
        }
    }
}
