import JobReport
import Threads

/// What a run over a bucket prints and writes when sources have ended: a table of them, and the page over all reports.
struct BucketResults: Sendable {
    let store: any ObjectStore
    /// The bucket's or folder's name.
    let folder: String
    /// Whether quiet was requested: the table is the command's result, and only left out then.
    let isQuiet: Bool
    let interruption: Cancellation

    /// - Returns: the worst status.
    func show(_ ends: [JobEnd]) -> ExitStatus {
        var status = ExitStatus.done
        var table = ResultTable()
        for end in ends {
            table.add(end.report)
            status = status.worse(end.status)
        }
        guard !ends.isEmpty else { return status }
        if !isQuiet { print(table.text, terminator: "") }
        return status.worse(summarise())
    }

    /// Writes the page over all reports, and prints where it is.
    private func summarise() -> ExitStatus {
        guard !interruption.isCancelled else { return .done }
        do {
            let summary = Summary(store: store, place: folder)
            _ = try summary.write(at: SystemClock.now(), cancellation: interruption)
            if !isQuiet { print("\(folder)/\(Summary.key)") }
            return .done
        } catch {
            // Whoever interrupted knows it, and the next run writes the page.
            if !interruption.isCancelled { StandardError.write("\(folder)/\(Summary.key): \(error)\n") }
            return ExitStatus(error)
        }
    }
}
