import FoundationEssentials
import JobReport

/// What earlier attempts of a chunked job spent, by the report that the last of them left.
struct EarlierAttempts: Sendable, Equatable {
    var attempts = 0
    /// Seconds spent on chunks that were not finished.
    var secondsLost = 0.0

    init(attempts: Int = 0, secondsLost: Double = 0) {
        (self.attempts, self.secondsLost) = (attempts, secondsLost)
    }

    /// - Parameters:
    ///   - before: the report of the last job for the source; nil if there is none.
    ///   - etag: of the source.
    ///   - begun: when the chunks were begun that are not done, in nanoseconds since 1970.
    init(_ before: Report?, etag: String, begun: [Int64]) {
        guard let before, let chunks = before.chunks, before.source.etag == etag, before.output == nil else { return }
        attempts = chunks.attempts
        secondsLost = chunks.secondsLost
        guard let ended = try? Date(before.finishedAt, strategy: .iso8601).timeIntervalSince1970 else { return }
        secondsLost += begun.map { max(0, ended - Double($0) / 1e9) }.reduce(0, +)
    }
}
