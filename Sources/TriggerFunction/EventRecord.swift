import AWSCore

/// One version of an object, as an event names it.
struct S3ObjectVersion: Equatable {
    var bucket: String
    /// Decoded: the key that S3's API takes.
    var key: String
    /// Bytes; nil where the event doesn't say.
    var size: UInt64?
    /// Nil where the bucket keeps no versions.
    var versionID: String?
    var etag: ETag?

    /// For messages. Control characters are escaped.
    var location: String {
        "s3://\(bucket)/" + key.debugDescription.dropFirst().dropLast()
    }
}

/// One thing that S3 reports.
struct EventRecord: Equatable {
    /// Where it stands in the event, such as `Records[0]`.
    var path: String
    /// Such as `ObjectCreated:Put`.
    var name: String
    /// Whether an object was created, in whatever way.
    var isCreation: Bool
    var object: S3ObjectVersion
}

extension EventRecord {
    /// A record of an S3 event notification: "Event message structure", Amazon S3 User Guide.
    init(notification field: EventField) throws(EventError) {
        let source = try field.member("eventSource")
        guard try source.string() == "aws:s3" else { throw EventError("\(source.path) is not aws:s3") }
        if let version = try field.optional("eventVersion") {
            guard try version.string().hasPrefix("2.") else {
                throw EventError("\(version.path) is not 2.x: a new major version may mean other things")
            }
        }
        name = try field.member("eventName").string()
        isCreation = name.hasPrefix("ObjectCreated:")
        path = field.path
        let s3 = try field.member("s3")
        let item = try s3.member("object")
        object = S3ObjectVersion(
            bucket: try BucketName(s3.member("bucket").member("name")).text,
            key: try ObjectKey(formEncoded: item.member("key")).text,
            size: try item.optional("size")?.size(), versionID: try item.optional("versionId")?.string(),
            etag: try Self.etag(item.optional("eTag")))
    }

    /// An event of S3 that comes through EventBridge: "EventBridge event message structure", Amazon S3 User Guide. Unlike
    /// in S3's own notifications the key isn't encoded.
    init(eventBridge event: EventField) throws(EventError) {
        let source = try event.member("source")
        guard try source.string() == "aws.s3" else { throw EventError("\(source.path) is not aws.s3") }
        name = try event.member("detail-type").string()
        isCreation = name == "Object Created"
        let detail = try event.member("detail")
        path = detail.path
        let item = try detail.member("object")
        object = S3ObjectVersion(
            bucket: try BucketName(detail.member("bucket").member("name")).text,
            key: try ObjectKey(item.member("key")).text, size: try item.optional("size")?.size(),
            versionID: try item.optional("version-id")?.string(), etag: try Self.etag(item.optional("etag")))
    }

    /// A task of S3 Batch Operations: "Invoke AWS Lambda function", Amazon S3 User Guide. The key is encoded as in
    /// notifications; schema 1.0 has the bucket's ARN, 2.0 its name; size and ETag aren't there.
    init(task field: EventField) throws(EventError) {
        name = "S3 Batch Operations"
        isCreation = true
        path = field.path
        let bucket =
            if let name = try field.optional("s3Bucket") {
                try BucketName(name)
            } else {
                try BucketName(inARN: field.member("s3BucketArn"))
            }
        object = S3ObjectVersion(
            bucket: bucket.text, key: try ObjectKey(formEncoded: field.member("s3Key")).text,
            versionID: try field.optional("s3VersionId")?.string())
    }

    private static func etag(_ field: EventField?) throws(EventError) -> ETag? {
        guard let field else { return nil }
        return try ETag(field)
    }
}
