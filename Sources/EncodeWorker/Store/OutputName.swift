import AWSCore
import Media

/// A key for an output, and what may be there when it is published.
struct OutputName: Sendable, Equatable {
    var key: String
    var replaces: Replacement

    /// What publishing may replace.
    enum Replacement: Sendable, Equatable {
        case nothing
        /// The job's own older output, identified by its ETag.
        case object(etag: ETag)
        case anything
    }

    /// The media type by the key's extension; nil if it is not an output container's.
    var mediaType: String? {
        let last = key.utf8.reversed().prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
        return Container(rawValue: String(decoding: last.reversed(), as: UTF8.self))?.mediaType
    }
}
