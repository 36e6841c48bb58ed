/// The environment of one job: written by the trigger, read by the worker.
public struct JobEnvironment: Sendable, Hashable {
    public var bucket: String
    public var key: String
    /// Where the bucket keeps versions.
    public var versionID: String?
    /// Without quotes.
    public var etag: String?

    public init(bucket: String, key: String, versionID: String? = nil, etag: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.etag = etag
    }

    /// Names and values for Batch's container overrides, in a fixed order.
    public var variables: [(name: String, value: String)] {
        [
            (Name.bucket, bucket), (Name.key, key), (Name.versionID, versionID ?? ""), (Name.etag, etag ?? ""),
        ].filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
    }

    /// Reads the variables back.
    ///
    /// - Parameter value: the value of a variable, nil where it is not set.
    /// - Throws: `MissingVariable`, naming the first that is missing or empty.
    public init(reading value: (String) -> String?) throws(MissingVariable) {
        func optional(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }
        guard let bucket = optional(Name.bucket) else { throw MissingVariable(name: Name.bucket) }
        guard let key = optional(Name.key) else { throw MissingVariable(name: Name.key) }
        self.init(bucket: bucket, key: key, versionID: optional(Name.versionID), etag: optional(Name.etag))
    }

    /// A variable that every job needs.
    public struct MissingVariable: Error, Hashable, CustomStringConvertible {
        public var name: String
        public var description: String { "the environment variable \(name) is not set: the trigger sets it for a job" }
    }

    enum Name {
        static let bucket = "S3_BUCKET"
        static let key = "S3_KEY"
        static let versionID = "S3_VERSION_ID"
        static let etag = "S3_ETAG"
        static let plan = "REELPRESS_PLAN"
    }
}
