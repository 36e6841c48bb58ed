internal import Media

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
        if let error = error as? JobError {
            self = error.exit
            return
        }
        guard let error = error as? MediaError else {
            self = .retry
            return
        }
        self =
            switch error.code {
            case .noSource, .unreadableSource, .noVideo, .truncatedSource, .damagedSource, .limit, .stalled,
                .unsupported, .verification:
                .hopeless
            case .badSetting: .usage
            case .inputOutput, .library: .retry
            case .interrupted: .interrupted
            }
    }

    /// The worse of two ends, for a run over many sources.
    func worse(_ other: ExitStatus) -> ExitStatus {
        let order: [ExitStatus] = [.done, .hopeless, .retry, .usage, .interrupted]
        return order.lastIndex(of: self) ?? 0 > order.lastIndex(of: other) ?? 0 ? self : other
    }
}
