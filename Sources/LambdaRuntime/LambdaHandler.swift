/// What a function does with an event.
public protocol LambdaHandler {
    /// Answers one event. Called for one event at a time, always on the same thread.
    ///
    /// - Returns: the response's bytes; JSON, for callers that wait for it.
    /// - Throws: anything: the invocation then ends in an error, and the next one is asked for. A `LambdaError` says of
    ///   itself what type it is.
    func handle(_ invocation: Invocation) throws -> [UInt8]
}
