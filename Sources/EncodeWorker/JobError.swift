internal import Media

/// Why a job could not be done, for reasons that lie outside of the media.
struct JobError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of end this is; docs/report.md lists them.
    enum Code: String, Sendable, CaseIterable {
        case noSource = "no-source"
        /// The source is another one than when the job began.
        case modifiedSource = "modified-source"
        case accessDenied = "access-denied"
        /// The store won't take it, whoever asks.
        case refused
        case credentials
        case badSetting = "bad-setting"
        case inputOutput = "input-output"
        /// Others took the output's name again and again while it was made.
        case outputTaken = "output-taken"
        /// Another worker removed this upload, as it had published the output: the job looks again.
        case uploadGone = "upload-gone"
        /// The system killed the job for want of memory.
        case outOfMemory = "out-of-memory"
        /// The job's process ended by a signal that nobody sent for an orderly end.
        case crashed
        /// A second signal ended what the first one had begun to end.
        case interrupted
    }

    var code: Code
    var stage: String
    var message: String
    var advice: String

    init(_ code: Code, _ stage: MediaError.Stage?, _ message: String, advice: String = "") {
        self.code = code
        self.stage = stage?.rawValue ?? "job"
        self.message = message
        self.advice = advice
    }

    var exit: ExitStatus {
        switch code {
        case .noSource, .accessDenied, .refused, .outOfMemory: .hopeless
        case .badSetting, .credentials: .usage
        case .interrupted: .interrupted
        case .modifiedSource, .inputOutput, .outputTaken, .uploadGone, .crashed: .retry
        }
    }

    /// Whether the upload of the output failed: others may have been faster.
    var isOfUpload: Bool { code == .uploadGone || code == .inputOutput && stage == MediaError.Stage.mux.rawValue }

    var description: String { advice.isEmpty ? message : "\(message): \(advice)" }
}
