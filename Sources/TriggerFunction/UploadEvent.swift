/// An event that S3 sends: directly, through EventBridge, or for S3 Batch Operations.
enum UploadEvent {
    /// What S3 sends when a notification is set up: "Event message structure", Amazon S3 User Guide.
    case test(bucket: String)
    /// A record that can't be read doesn't hide the others.
    case records([Result<EventRecord, EventError>])
    case tasks(BatchOperation)

    /// Decodes an event.
    ///
    /// - Throws: `EventError` where it is none of these.
    init(_ bytes: [UInt8]) throws(EventError) {
        let event = try EventField(parsing: bytes)
        if let records = try event.optional("Records") {
            self = .records(try records.elements().map { Self.result($0, EventRecord.init(notification:)) })
        } else if try event.optional("detail-type") != nil {
            self = .records([Self.result(event, EventRecord.init(eventBridge:))])
        } else if try event.optional("invocationSchemaVersion") != nil {
            self = .tasks(try BatchOperation(event))
        } else if let name = try event.optional("Event") {
            guard try name.string() == "s3:TestEvent" else { throw EventError("Event is not s3:TestEvent") }
            self = .test(bucket: try event.member("Bucket").string())
        } else {
            throw EventError(
                "Records, detail-type and invocationSchemaVersion are missing: the event is not from S3, EventBridge or "
                    + "S3 Batch Operations"
            )
        }
    }

    static func result(_ field: EventField, _ read: (EventField) throws(EventError) -> EventRecord) -> Result<
        EventRecord, EventError
    > {
        do { return .success(try read(field)) } catch { return .failure(error) }
    }
}
