/// An event of S3 that comes through EventBridge: "EventBridge event message structure", Amazon S3 User Guide. Unlike in
/// S3's own notifications the key stands as it is.
enum EventBridgeEvent {
    static func record(_ event: EventField) throws(EventError) -> EventRecord {
        let source = try event.member("source")
        guard try source.string() == "aws.s3" else { throw EventError("\(source.path) is not aws.s3") }
        let name = try event.member("detail-type").string()
        let detail = try event.member("detail")
        let object = try detail.member("object")
        return EventRecord(
            path: detail.path,
            name: name,
            isCreation: name == "Object Created",
            upload: Upload(
                bucket: try BucketName.read(detail.member("bucket").member("name")),
                key: try ObjectKey.read(object.member("key")),
                size: try object.optional("size")?.size(),
                versionID: try object.optional("version-id")?.string(),
                eTag: try EntityTag.read(object.optional("etag"))
            )
        )
    }
}
