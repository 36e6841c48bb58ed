/// One version of an object, as an event names it.
struct Upload: Equatable {
    var bucket: String
    /// Decoded: the key that S3's API takes.
    var key: String
    /// Bytes; nil where the event doesn't say.
    var size: UInt64?
    /// Nil where the bucket keeps no versions.
    var versionID: String?
    /// Without quotes.
    var eTag: String?

    /// For messages. Control characters are escaped.
    var location: String {
        "s3://\(bucket)/" + key.debugDescription.dropFirst().dropLast()
    }
}
