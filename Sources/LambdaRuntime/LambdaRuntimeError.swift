/// Why the loop can't go on, or why one event can't be handled.
struct LambdaRuntimeError: HandlerError {
    enum Code: String {
        /// The process was not started by Lambda, or by an emulator of it.
        case notConfigured = "NotConfigured"
        case unreachable = "RuntimeUnreachable"
        /// The Runtime API refused a request that it must not refuse.
        case refused = "RuntimeRefused"
        /// An event without an id that could stand in a path: there is no way to answer it.
        case noRequestID = "NoRequestID"
        /// An event that doesn't say when it times out.
        case noDeadline = "NoDeadline"
        /// An event that doesn't say which function was invoked.
        case noFunctionARN = "NoFunctionARN"
        /// SIGTERM ended the waiting.
        case terminated = "Terminated"
    }

    var code: Code
    var message: String
    /// The invocation that can't be handled; nil where the loop can't go on.
    var requestID: String?

    init(_ code: Code, _ message: String, requestID: String? = nil) {
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    var errorType: String { code.rawValue }
    var description: String { message }
}
