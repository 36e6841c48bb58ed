import AWSCore

/// Tests write tags as literals.
extension ETag: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self.init(text) }
}
