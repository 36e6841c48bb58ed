/// Why a transcode could not go on.
///
/// The one error type of this module. `message` is a clause that names the thing, `advice` says what to do; both fit
/// on one line.
public struct MediaError: Error, Sendable, Equatable {
    /// What kind of end this is; callers decide by it whether a retry can help.
    public enum Code: String, Sendable {
        /// The bytes are no video that can be read: a retry with the same bytes ends the same way.
        case unreadableSource = "unreadable-source"
        /// There is no stream of moving pictures.
        case noVideo = "no-video"
        /// The source ends before its own index or header says it does.
        case truncatedSource = "truncated-source"
        /// More of the source is damaged than is let through.
        case damagedSource = "damaged-source"
        /// The source asks for more than `SourceLimits` allows.
        case limit
        /// A library made no progress on the source for too long.
        case stalled
        /// The source is sound, but of a kind that is not handled.
        case unsupported
        /// A setting is not one that the encoder takes.
        case badSetting = "bad-setting"
        /// The source is not there, or may not be read.
        case noSource = "no-source"
        /// Reading or writing failed for a reason outside of the media.
        case inputOutput = "input-output"
        /// The library could not do its work: memory, threads, an internal fault.
        case library
        /// The finished output is not what went in.
        case verification
        /// Somebody asked for the end.
        case interrupted
    }

    /// The part of the pipeline that the error comes from.
    public enum Stage: String, Sendable {
        case open, demux, decode, scale, encode, mux, verify
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

    static let interrupted = MediaError(.interrupted, .demux, "interrupted", advice: "start it again")
}

extension MediaError: CustomStringConvertible {
    public var description: String { advice.isEmpty ? message : "\(message): \(advice)" }
}
