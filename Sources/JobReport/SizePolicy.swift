/// What happens if encoding does not make a source smaller.
public enum SizePolicy: String, CaseIterable, Codable, Sendable {
    /// The output is a copy of the source.
    case copy
    /// The output is the larger encoded one.
    case keep
    /// There is no output.
    case skip
}
