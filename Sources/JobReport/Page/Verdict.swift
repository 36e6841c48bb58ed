/// How a job ended, in a word.
struct Verdict {
    enum Tone: String {
        case good, plain, warning, bad

        var html: HTML {
            switch self {
            case .good: "good"
            case .plain: "plain"
            case .warning: "warning"
            case .bad: "bad"
            }
        }
    }

    var word: String
    var tone: Tone

    init(_ report: Report) {
        (word, tone) =
            switch report.status {
            case .done: (report.saved?.bytes ?? 0) < 0 ? ("Larger", .warning) : ("Done", .good)
            case .unchanged: ("Done before", .good)
            case .kept: ("Kept", .plain)
            case .skipped: ("Skipped", .plain)
            case .running: ("Running", .plain)
            case .interrupted: ("Interrupted", .warning)
            case .failed: ("Failed", .bad)
            }
    }
}

/// Whether a job that did not end well is tried again.
enum Retry {
    /// docs/report.md lists the exit codes.
    static func text(_ report: Report) -> String {
        let batch = report.job != nil
        return switch report.exitCode {
        case 20: batch ? "AWS Batch tries it again." : "Start it again: it may succeed then."
        case 30:
            (batch ? "AWS Batch starts it again" : "Start it again")
                + (report.chunks == nil ? "." : ": the chunks that are done are kept.")
        case 2: "None: the setting has to be corrected first."
        default: "None: it would end in the same way."
        }
    }
}
