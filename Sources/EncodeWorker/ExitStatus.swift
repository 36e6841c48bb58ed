import Findings

/// What the process's exit code tells: Batch decides by it whether a retry can help.
enum ExitStatus: Int32 {
    /// Done, or nothing to do.
    case done = 0
    case usage = 2
    /// The source can't be encoded: a retry ends the same way.
    case hopeless = 10
    /// A passing failure.
    case retry = 20
    case interrupted = 30

    init(_ error: any Error) {
        self =
            switch (error as? ReportedError)?.code {
            case .noSource, .unreadableSource, .noVideo, .truncatedSource, .damagedSource, .limit, .stalled,
                .unsupported, .verification, .accessDenied, .refused, .outOfMemory:
                .hopeless
            case .badSetting, .credentials: .usage
            case .interrupted: .interrupted
            case .inputOutput, .library, .modifiedSource, .outputTaken, .uploadGone, .crashed, nil: .retry
            }
    }

    /// The worse of two ends, for a run over many sources.
    func worse(_ other: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [.done, .hopeless, .retry, .usage, .interrupted]
        return order.lastIndex(of: self) ?? 0 > order.lastIndex(of: other) ?? 0 ? self : other
    }
}

extension ReportedError {
    /// Whether the upload of the output failed: other jobs may have been faster.
    var isOfUpload: Bool { code == .uploadGone || code == .inputOutput && stage == .mux }
}
