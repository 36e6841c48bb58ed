import LambdaRuntime

/// What is wrong with an event; names the field.
struct EventError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// An event that isn't from S3.
struct InvalidEvent: HandlerError {
    let errorType = "InvalidEvent"
    let description: String
}

/// Some records of an event could not be submitted to Batch. Lambda sends the event again, and at last to the dead-letter
/// queue; that the others are submitted once more does no harm.
struct RecordsFailed: HandlerError {
    let errorType = "RecordsFailed"
    let description: String

    /// - Returns: nil where none failed.
    init?(_ results: [RecordResult]) {
        let failures = results.compactMap { result -> String? in
            guard case .failed(let why, _) = result.fate else { return nil }
            return result.record.map { "\($0.path) (\($0.object.location)): \(why)" } ?? why
        }
        if failures.isEmpty { return nil }
        let count = results.count == 1 ? "the record" : "\(failures.count) of \(results.count) records"
        description = "\(count) could not be submitted: \(failures.joined(separator: "; "))"
    }
}

/// The function's environment lacks a variable, or has a wrong one.
struct SettingsError: HandlerError, Equatable {
    let errorType = "ConfigInvalid"
    let description: String
}
