public import Containers

/// Everything that decides what an output looks like, and the means to make it.
public struct TranscodeSettings: Sendable, Hashable {
    public var encoder: EncoderSettings
    /// The size that a picture is fitted into; nil keeps every size.
    public var sizeLimit: Resolution?
    /// What becomes of interlaced pictures.
    public var interlacing: Interlacing
    /// nil takes MP4 where it can carry every stream, else Matroska.
    public var container: Container?
    /// The name that the output gives as its writer.
    public var writer: String
    /// Threads for decoding and for scaling; x265 has a pool of its own.
    public var threads: Int
    /// The share of a source's pictures that may be damaged, 0 to 1; a source with more is refused.
    public var damageTolerance: Double
    /// What a source may ask of the machine.
    public var limits = SourceLimits()
    /// Whether libav* and x265 log to standard error.
    public var logs: Bool

    /// One picture in a hundred.
    public static let usualDamageTolerance = 0.01

    public init(
        encoder: EncoderSettings = EncoderSettings(), sizeLimit: Resolution? = nil,
        interlacing: Interlacing = .deinterlace, container: Container? = nil, writer: String = "Reelpress",
        damageTolerance: Double = TranscodeSettings.usualDamageTolerance, threads: Int, logs: Bool = false
    ) {
        self.encoder = encoder
        self.sizeLimit = sizeLimit
        self.interlacing = interlacing
        self.container = container
        self.writer = writer
        self.damageTolerance = damageTolerance
        self.threads = threads
        self.logs = logs
    }
}

/// What becomes of pictures that were taken as two fields.
public enum Interlacing: String, Sendable, CaseIterable {
    /// Each becomes one whole picture.
    case deinterlace
    /// They stay as they are, and are marked as such.
    case keep
}
