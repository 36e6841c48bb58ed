/// A record of an S3 event notification: "Event message structure", Amazon S3 User Guide.
enum S3Notification {
    static func record(_ field: EventField) throws(EventError) -> EventRecord {
        let source = try field.member("eventSource")
        guard try source.string() == "aws:s3" else { throw EventError("\(source.path) is not aws:s3") }
        if let version = try field.optional("eventVersion") {
            guard try version.string().hasPrefix("2.") else {
                throw EventError("\(version.path) is not 2.x: a new major version may mean other things")
            }
        }
        let name = try field.member("eventName").string()
        let s3 = try field.member("s3")
        let object = try s3.member("object")
        return EventRecord(
            path: field.path,
            name: name,
            isCreation: name.hasPrefix("ObjectCreated:"),
            upload: Upload(
                bucket: try BucketName.read(s3.member("bucket").member("name")),
                key: try ObjectKey.decode(object.member("key")),
                size: try object.optional("size")?.size(),
                versionID: try object.optional("versionId")?.string(),
                eTag: try EntityTag.read(object.optional("eTag"))
            )
        )
    }
}
