/// What becomes of pictures that were taken as two fields.
public enum Interlacing: String, Sendable, CaseIterable {
    /// Each becomes one whole picture.
    case deinterlace
    /// They stay as they are, and are marked as such.
    case keep
}
