/// A key for an output, and what may be there when it is published.
struct OutputName: Sendable, Equatable {
    var key: String
    var replaces: Replacement

    /// What publishing may replace.
    enum Replacement: Sendable, Equatable {
        case nothing
        /// The job's own older output, told by its ETag.
        case object(etag: String)
        case anything
    }
}
