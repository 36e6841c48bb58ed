import Findings
import JobReport
import Media

/// What a job knows before it ends; its report has this however the job ends.
struct JobFacts: Sendable {
    var source: Report.Item
    var attempt: BatchAttempt?
    /// Notes on what earlier attempts of the job left.
    var cleanupNotes: [Note] = []
    /// Notes on the output that is planned or made. They don't apply to a copy, or to an output of another job.
    var outputNotes: [Note] = []
    /// How the CRF was found; nil if it was given, or not yet.
    var choice: CRFChoice?
    /// Of a video that is encoded in chunks.
    var chunks: Report.Chunks?
    /// Who encoded those; nil until the output is made from them.
    var team: ChunkTeam?
}

/// How a job ended.
struct JobOutcome {
    enum Kind {
        case encoded(EncodedOutput)
        /// An output was there already, with this report if it has one.
        case unchanged(key: String, bytes: UInt64, before: Report?)
        case copied(CopyReason, key: String)
        /// There is no output, and perhaps that was found earlier and has this report.
        case skipped(CopyReason?, before: Report? = nil)
        case failed(any Error)
        /// It has not ended.
        case running(Report.Progress)
    }

    var kind: Kind
    /// Notes after those of `JobFacts`.
    var notes: [Note] = []

    var hasOutput: Bool {
        switch kind {
        case .encoded, .unchanged, .copied: true
        case .skipped, .failed, .running: false
        }
    }

    var exitStatus: ExitStatus {
        if case .failed(let error) = kind { ExitStatus(error) } else { .done }
    }

    /// How often the job has crashed in a row if this is the end of an attempt; nil for never. An interruption says
    /// nothing about the source, so the count goes on after it.
    ///
    /// - Parameter before: the crashes before this attempt.
    func crashes(after before: Int) -> Int? {
        // An attempt that is killed while it runs leaves this report.
        if case .running = kind { return before > 0 ? before : nil }
        guard case .failed(let error) = kind else { return nil }
        switch (error as? ReportedError)?.code {
        case .crashed, .crashedRepeatedly: return before + 1
        case .interrupted: return before > 0 ? before : nil
        default: return nil
        }
    }
}

/// An output that was encoded, as its report describes it.
struct EncodedOutput {
    var key: String
    var bytes: UInt64
    var info: MediaInfo
    var result: TranscodeResult
}
