/// Everything that decides what an output looks like, and the means to make it.
public struct TranscodeSettings: Sendable, Hashable {
    public var encoder: EncoderSettings
    /// The size that a picture is fitted into; nil keeps every size.
    public var sizeLimit: PictureSize?
    /// nil takes MP4 where it can carry every stream, else Matroska.
    public var container: Container?
    /// The name that the output gives as its writer.
    public var writer: String
    /// Threads for decoding and for scaling; x265 has a pool of its own.
    public var threads: Int
    /// Whether libav* and x265 log to standard error.
    public var logs: Bool

    public init(
        encoder: EncoderSettings = EncoderSettings(), sizeLimit: PictureSize? = nil, container: Container? = nil,
        writer: String = "Reelpress", threads: Int, logs: Bool = false
    ) {
        self.encoder = encoder
        self.sizeLimit = sizeLimit
        self.container = container
        self.writer = writer
        self.threads = threads
        self.logs = logs
    }
}
