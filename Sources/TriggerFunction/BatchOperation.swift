import AWSCore

/// A request of S3 Batch Operations, and the answer to it: "Invoke AWS Lambda function", Amazon S3 User Guide.
struct BatchOperation {
    private static let schemas = ["1.0", "2.0"]
    private let schema: String
    private let invocationID: String
    private let ids: [String]
    /// One for each task. A task that can't be read doesn't hide the others.
    let records: [Result<EventRecord, EventError>]

    /// - Throws: where no answer could be understood: without ids, or in a schema that isn't known.
    init(_ event: EventField) throws(EventError) {
        let version = try event.member("invocationSchemaVersion")
        schema = try version.string()
        guard Self.schemas.contains(schema) else { throw EventError("\(version.path) is neither 1.0 nor 2.0") }
        invocationID = try event.member("invocationId").string()
        let tasks = try event.member("tasks").elements()
        var ids: [String] = []
        for task in tasks { ids.append(try task.member("taskId").string()) }
        self.ids = ids
        records = tasks.map { UploadEvent.result($0, EventRecord.init(task:)) }
    }

    /// - Parameter results: in the order of `records`.
    func response(_ results: [RecordResult]) -> JSONValue {
        let entries = zip(ids, results).map { id, result -> JSONValue in
            let (code, text) = Self.outcome(result.fate)
            return ["taskId": .string(id), "resultCode": .string(code), "resultString": .string(text)]
        }
        return [
            "invocationSchemaVersion": .string(schema), "treatMissingKeysAs": "TemporaryFailure",
            "invocationId": .string(invocationID), "results": .array(entries),
        ]
    }

    /// S3 repeats a task that failed temporarily; the text stands in the operation's completion report.
    private static func outcome(_ fate: RecordResult.Fate) -> (code: String, text: String) {
        switch fate {
        case .submitted(let job): ("Succeeded", "job \(job.id)")
        case .duplicate(let job): ("Succeeded", "job \(job.id) is under way")
        case .skipped(let reason): ("Succeeded", "skipped: \(reason.rawValue)")
        case .failed(let why, let isTemporary): (isTemporary ? "TemporaryFailure" : "PermanentFailure", why)
        }
    }
}
