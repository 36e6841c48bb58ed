/// A frame as the encoder takes it, with what the source showed before scaling.
struct FilteredFrame: ~Copyable, Sendable {
    var frame: Frame
    /// nil where the frame can't be compared with the source's by its luma.
    var signature: LumaSignature?
}
