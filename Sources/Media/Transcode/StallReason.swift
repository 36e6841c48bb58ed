public import Findings
public import Threads

extension ReportedError {
    /// The error of work that a `Watchdog` ended.
    ///
    /// - Parameters:
    ///   - place: where the thread that reads the source stood.
    ///   - timeout: seconds without progress.
    public static func stalled(in place: ProgressCounter.Place, for timeout: Double) -> ReportedError {
        let time = timeout < 1 ? "\(timeout) s" : "\(Int(timeout)) s"
        return switch place {
        case .library:
            ReportedError(
                .stalled, .decode, "no progress for \(time): the source keeps its decoder or demuxer busy forever",
                advice: "check that it plays")
        case .source:
            ReportedError(
                .inputOutput, .demux, "no progress for \(time): no bytes of the source arrive", advice: "try again")
        case .elsewhere:
            ReportedError(
                .library, .encode, "no progress for \(time): encoding or writing stands still", advice: "try again")
        }
    }
}
