/// Where a document stops being well-formed XML of the kind that AWS sends.
struct XMLError: Error {
    var reason: String
    /// In bytes.
    var offset: Int
}
