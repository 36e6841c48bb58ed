/// An event that S3 sends, directly or through EventBridge.
enum UploadEvent {
    /// What S3 sends when a notification is set up: "Event message structure", Amazon S3 User Guide.
    case test(bucket: String)
    /// A record that can't be read doesn't hide the others.
    case records([Result<EventRecord, EventError>])

    /// Decodes an event.
    ///
    /// - Throws: `EventError` where it is neither of S3 nor of EventBridge.
    init(_ bytes: [UInt8]) throws(EventError) {
        let event = try EventField(parsing: bytes)
        if let records = try event.optional("Records") {
            self = .records(try records.elements().map { Self.result($0, EventRecord.init(notification:)) })
        } else if try event.optional("detail-type") != nil {
            self = .records([Self.result(event, EventRecord.init(eventBridge:))])
        } else if let name = try event.optional("Event") {
            guard try name.string() == "s3:TestEvent" else { throw EventError("Event is not s3:TestEvent") }
            self = .test(bucket: try event.member("Bucket").string())
        } else {
            throw EventError(
                "Records is missing, and so is detail-type: the event is neither S3's nor one of S3 through EventBridge"
            )
        }
    }

    private static func result(_ field: EventField, _ read: (EventField) throws(EventError) -> EventRecord) -> Result<
        EventRecord, EventError
    > {
        do { return .success(try read(field)) } catch { return .failure(error) }
    }
}
