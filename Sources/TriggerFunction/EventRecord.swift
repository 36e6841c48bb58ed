/// One thing that S3 says has happened.
struct EventRecord: Equatable {
    /// Where it stands in the event, such as `Records[0]`.
    var path: String
    /// Such as `ObjectCreated:Put`.
    var name: String
    /// Whether an object was created, in whatever way.
    var isCreation: Bool
    var upload: Upload
}
