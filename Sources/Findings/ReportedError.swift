/// Why a source could not be transcoded or a job not be done: the only error type that decides reports, messages on the
/// terminal and exit codes.
///
/// `message` is a clause that names the thing, `advice` says what to do; both fit on one line.
public struct ReportedError: Error, Sendable, Equatable {
    /// The kind of error, by which callers decide whether a retry can help; docs/report.md lists them.
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes are not a readable video: a retry with the same bytes ends the same way.
        case unreadableSource = "unreadable-source"
        /// There is no video stream.
        case noVideo = "no-video"
        /// The source ends before its own index or header says it does.
        case truncatedSource = "truncated-source"
        /// More of the source is damaged than the setting allows.
        case damagedSource = "damaged-source"
        /// The source exceeds `SourceLimits`.
        case limit
        /// A library made no progress on the source for too long.
        case stalled
        /// The source is intact, but of a kind that is not supported.
        case unsupported
        /// A setting is wrong.
        case badSetting = "bad-setting"
        /// The source does not exist, or may not be read.
        case noSource = "no-source"
        /// The source changed after the job began.
        case modifiedSource = "modified-source"
        /// The source is in an archive and has to be restored before it can be read.
        case archivedSource = "archived-source"
        case accessDenied = "access-denied"
        /// The store does not accept the request from anyone.
        case refused
        case credentials
        /// Reading or writing failed for a reason outside of the media.
        case inputOutput = "input-output"
        /// Other jobs repeatedly took the output's name while it was made.
        case outputTaken = "output-taken"
        /// Another worker removed this upload, as it had published the output: the job starts again.
        case uploadGone = "upload-gone"
        /// A library failed: no memory, no threads, an internal error.
        case library
        /// The finished output does not match what was encoded.
        case verification
        /// The system killed the job because memory ran out.
        case outOfMemory = "out-of-memory"
        /// A signal other than a request to end ended the job's process.
        case crashed
        /// The third attempt in a row crashed.
        case crashedRepeatedly = "crashed-repeatedly"
        /// The job can't end before its time-out.
        case tooSlow = "too-slow"
        /// The job was requested to end.
        case interrupted
    }

    /// The part of the pipeline or of the job that the error comes from.
    public enum Stage: String, Sendable {
        case open, demux, decode, scale, encode, mux, verify, job
    }

    public var code: Code
    public var stage: Stage
    public var message: String
    public var advice: String

    public init(_ code: Code, _ stage: Stage, _ message: String, advice: String = "") {
        self.code = code
        self.stage = stage
        self.message = message
        self.advice = advice
    }

    public static let interrupted = ReportedError(.interrupted, .demux, "interrupted", advice: "start it again")
}

extension ReportedError: CustomStringConvertible {
    public var description: String { advice.isEmpty ? message : "\(message): \(advice)" }
}
