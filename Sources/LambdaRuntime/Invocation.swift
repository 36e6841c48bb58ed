import Glibc
import HTTP

/// One event and its circumstances: "Next invocation", Using the Lambda runtime API for custom runtimes.
public struct Invocation: Sendable {
    /// Identifies the invocation, in Lambda's logs too.
    public var requestID: String
    /// The event: the caller's bytes, unchanged. JSON, by Lambda's rule.
    public var payload: [UInt8]
    /// When the invocation times out, in milliseconds since 1970.
    public var deadline: UInt64
    /// The function's ARN, with the version or alias that was called.
    public var functionARN: String
    /// The X-Ray tracing header, where the invocation is traced; also in `_X_AMZN_TRACE_ID` while the handler runs.
    public var traceID: String?
    /// JSON about the client application and device, where the AWS Mobile SDK made the invocation.
    public var clientContext: String?
    /// JSON about the Amazon Cognito identity, where the AWS Mobile SDK made the invocation.
    public var cognitoIdentity: String?

    /// Milliseconds that are left, 0 after the deadline.
    public var remainingMilliseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
        return deadline > milliseconds ? deadline - milliseconds : 0
    }

    /// An invocation without tracing and identity.
    public init(requestID: String, payload: [UInt8], deadline: UInt64, functionARN: String) {
        self.requestID = requestID
        self.payload = payload
        self.deadline = deadline
        self.functionARN = functionARN
    }

    /// Reads the answer to "next".
    ///
    /// - Throws: `noRequestID`, `noDeadline` or `noFunctionARN`.
    init(_ response: HTTPResponse) throws(LambdaRuntimeError) {
        func header(_ name: String) -> String? { Self.header(name, response) }
        guard let requestID = Self.requestID(response) else {
            let found = header("Aws-Request-Id")?.debugDescription ?? "no"
            throw LambdaRuntimeError(.noRequestID, "the Runtime API sent an event with \(found) id")
        }
        guard let deadline = header("Deadline-Ms").flatMap(UInt64.init) else {
            throw LambdaRuntimeError(
                .noDeadline, "the event \(requestID) has no Lambda-Runtime-Deadline-Ms", requestID: requestID)
        }
        guard let functionARN = header("Invoked-Function-Arn") else {
            throw LambdaRuntimeError(
                .noFunctionARN, "the event \(requestID) has no Lambda-Runtime-Invoked-Function-Arn",
                requestID: requestID)
        }
        self.init(requestID: requestID, payload: response.body, deadline: deadline, functionARN: functionARN)
        traceID = header("Trace-Id")
        clientContext = header("Client-Context")
        cognitoIdentity = header("Cognito-Identity")
    }

    /// The event's id, where there is one that can stand in a path.
    static func requestID(_ response: HTTPResponse) -> String? {
        header("Aws-Request-Id", response).flatMap { $0.utf8.allSatisfy(isIDByte) ? $0 : nil }
    }

    private static func header(_ name: String, _ response: HTTPResponse) -> String? {
        response.headers["Lambda-Runtime-" + name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
