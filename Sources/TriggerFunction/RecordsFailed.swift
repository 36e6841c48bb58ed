import LambdaRuntime

/// Some records of an event could not be handed to Batch. Lambda sends the event again, and at last to the dead-letter
/// queue; that the others are submitted once more does no harm.
struct RecordsFailed: LambdaError {
    let errorType = "RecordsFailed"
    let description: String

    /// - Returns: nil where none failed.
    init?(_ results: [RecordResult]) {
        let failures = results.compactMap { result -> String? in
            guard case .failed(let why) = result.fate else { return nil }
            return result.record.map { "\($0.path) (\($0.upload.location)): \(why)" } ?? why
        }
        if failures.isEmpty { return nil }
        let count = results.count == 1 ? "the record" : "\(failures.count) of \(results.count) records"
        description = "\(count) could not be submitted: \(failures.joined(separator: "; "))"
    }
}
