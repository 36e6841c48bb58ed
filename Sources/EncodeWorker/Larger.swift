/// What becomes of a source that encoding makes no smaller.
enum Larger: String, CaseIterable, Codable, Sendable {
    /// The output is a copy of the source.
    case copy
    /// The output is the encoded one all the same.
    case keep
    /// There is no output.
    case skip
}
