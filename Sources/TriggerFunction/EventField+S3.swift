import AWSCore

/// The name of a bucket, old ones of us-east-1 included: "General purpose bucket naming rules", Amazon S3 User Guide.
struct BucketName: Hashable {
    let text: String

    init(_ field: EventField) throws(EventError) {
        try self.init(field.string(), field)
    }

    /// The bucket in an ARN: what follows the last colon.
    init(inARN field: EventField) throws(EventError) {
        let arn = try field.string()
        guard arn.hasPrefix("arn:"), let colon = arn.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            throw EventError("\(field.path) is not a bucket's ARN")
        }
        try self.init(String(arn[arn.utf8.index(after: colon)...]), field)
    }

    private init(_ name: String, _ field: EventField) throws(EventError) {
        text = name
        let isName = text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._".utf8.contains($0) }
        guard isName, 3...255 ~= text.utf8.count else { throw EventError("\(field.path) is not a bucket name") }
    }
}

/// The key of an object, decoded: the one that S3's API takes.
struct ObjectKey: Hashable {
    /// S3's own limit, in bytes of UTF-8: "Naming Amazon S3 objects", Amazon S3 User Guide.
    private static let longest = 1024
    let text: String

    /// A key that isn't encoded.
    init(_ field: EventField) throws(EventError) {
        try self.init(field.string(), field)
    }

    /// A key as S3 encodes it in notifications, like an HTML form: `+` is a blank, `%2B` a plus, both in UTF-8.
    init(formEncoded field: EventField) throws(EventError) {
        guard let bytes = PercentEncoding.bytes(ofForm: try field.string()) else {
            throw EventError("\(field.path) is not URL-encoded: a % must be followed by two hexadecimal digits")
        }
        guard let key = String(validating: bytes, as: UTF8.self) else {
            throw EventError("\(field.path) is not UTF-8 once it is URL-decoded")
        }
        try self.init(key, field)
    }

    private init(_ text: String, _ field: EventField) throws(EventError) {
        guard text.utf8.count <= Self.longest else {
            throw EventError("\(field.path) has \(text.utf8.count) bytes: S3's keys have \(Self.longest) at most")
        }
        guard !text.utf8.contains(0) else {
            throw EventError("\(field.path) holds a NUL, which no environment variable of a job can carry")
        }
        self.text = text
    }
}

extension ETag {
    init(_ field: EventField) throws(EventError) {
        guard let etag = ETag(parsing: try field.string()) else {
            throw EventError("\(field.path) is not an entity tag")
        }
        self = etag
    }
}
