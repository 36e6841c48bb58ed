import Findings

/// The process's exit codes. AWS Batch decides by them whether a retry can help.
enum ExitStatus: Int32, Sendable {
    /// Done, or nothing to do.
    case done = 0
    /// A setting or the command line is wrong.
    case usage = 2
    /// The source can't be encoded: a retry ends the same way.
    case permanent = 10
    /// The job crashed again and again: another attempt would crash too.
    case crashing = 11
    /// A retry may help.
    case transient = 20
    case interrupted = 30

    init(_ error: any Error) {
        self =
            switch (error as? ReportedError)?.code {
            case .noSource, .unreadableSource, .noVideo, .truncatedSource, .damagedSource, .limit, .stalled,
                .unsupported, .verification, .accessDenied, .refused, .outOfMemory, .archivedSource, .tooSlow:
                .permanent
            case .crashedRepeatedly: .crashing
            case .badSetting, .credentials: .usage
            case .interrupted: .interrupted
            case .inputOutput, .library, .modifiedSource, .outputTaken, .uploadGone, .crashed, nil: .transient
            }
    }

    /// The end of a helper on another machine: it leaves to its lead what that meets too, and reports.
    init(ofHelper error: any Error) {
        let status = ExitStatus(error)
        let code = (error as? ReportedError)?.code
        let isLeft = status == .permanent && code != .accessDenied || code == .modifiedSource
        self = isLeft ? .done : status
    }

    /// The worse of two statuses, for a run over many sources.
    func worse(_ other: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [.done, .permanent, .crashing, .transient, .usage, .interrupted]
        return order.lastIndex(of: self) ?? 0 > order.lastIndex(of: other) ?? 0 ? self : other
    }
}
