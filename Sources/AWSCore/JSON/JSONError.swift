/// Where a text stops being JSON.
public struct JSONError: Error, Sendable {
    /// What was expected.
    public var reason: String
    /// In bytes.
    public var offset: Int
}
