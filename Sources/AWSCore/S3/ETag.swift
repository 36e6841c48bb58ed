/// An entity tag, which identifies the content of an object (RFC 9110, section 8.8.3): the one place that takes its
/// quotation marks off and puts them on.
public struct ETag: Sendable, Hashable, CustomStringConvertible {
    /// Without quotation marks.
    public let value: String

    /// - Parameter text: the tag, with or without quotation marks.
    public init(_ text: String) {
        value = String(decoding: text.utf8.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    /// Reads what a server or an event gives as a tag.
    ///
    /// - Returns: nil for an empty one, and for one that no header can carry.
    public init?(parsing text: String) {
        self.init(text)
        guard !value.isEmpty, value.utf8.allSatisfy({ 33..<127 ~= $0 }) else { return nil }
    }

    /// As headers and S3's documents have it.
    public var quoted: String { "\"\(value)\"" }

    public var description: String { value }
}
