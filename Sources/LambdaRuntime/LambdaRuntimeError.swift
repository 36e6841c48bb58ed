/// Why the loop can't go on.
struct LambdaRuntimeError: Error, CustomStringConvertible {
    enum Code {
        /// The process was not started by Lambda, or by something like it.
        case notConfigured
        /// The Runtime API can't be reached.
        case unreachable
        /// The Runtime API refused what must not be refused.
        case refused
        /// The Runtime API answered what can't be used.
        case malformedAnswer
        /// SIGTERM ended the waiting.
        case terminated
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }
}
