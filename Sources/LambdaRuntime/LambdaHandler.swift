/// What a function does with an event.
public protocol LambdaHandler {
    /// Answers one event. Called for one event at a time, always on the same thread.
    ///
    /// - Returns: the response's bytes; JSON, for callers that wait for it.
    /// - Throws: anything: the invocation then ends in an error, and the next one is asked for. A `HandlerError` names
    ///   its own type.
    func handle(_ invocation: Invocation) throws -> [UInt8]
}

/// An error that names its own type for Lambda. Of any other error the name of its Swift type and its description are
/// reported.
public protocol HandlerError: Error, CustomStringConvertible {
    /// ASCII letters, a capital first, such as `RecordsFailed`.
    var errorType: String { get }
}
