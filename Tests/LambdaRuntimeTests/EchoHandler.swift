import Glibc
import LambdaRuntime

/// Answers with the event, or as a test wants it.
final class EchoHandler: LambdaHandler {
    private(set) var invocations: [Invocation] = []
    private(set) var traces: [String?] = []
    private let answer: (Invocation) throws -> [UInt8]

    init(_ answer: @escaping (Invocation) throws -> [UInt8] = { $0.payload }) { self.answer = answer }

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        invocations.append(invocation)
        traces.append(getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) })
        return try answer(invocation)
    }
}
