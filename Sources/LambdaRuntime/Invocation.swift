import Glibc
import HTTP

/// One event and what Lambda says about it: "Next invocation", Using the Lambda runtime API for custom runtimes.
public struct Invocation: Sendable {
    /// Identifies the invocation, in Lambda's logs too.
    public var requestID: String
    /// The event: what the caller sent, as it was sent. JSON, by Lambda's rule.
    public var payload: [UInt8]
    /// When the invocation times out, in milliseconds since 1970. The far future where Lambda doesn't say.
    public var deadline: UInt64
    /// The function's ARN, with the version or alias that was called; empty where Lambda doesn't say.
    public var functionARN: String
    /// The X-Ray tracing header; also in `_X_AMZN_TRACE_ID` while the handler runs.
    public var traceID: String?
    /// JSON about the client application and device, from the AWS Mobile SDK.
    public var clientContext: String?
    /// JSON about the Amazon Cognito identity, from the AWS Mobile SDK.
    public var cognitoIdentity: String?

    /// Milliseconds that are left, 0 after the deadline.
    public var remainingMilliseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
        return deadline > milliseconds ? deadline - milliseconds : 0
    }

    /// An invocation without tracing and identity.
    public init(requestID: String, payload: [UInt8], deadline: UInt64 = .max, functionARN: String = "") {
        self.requestID = requestID
        self.payload = payload
        self.deadline = deadline
        self.functionARN = functionARN
    }

    /// Reads the answer to "next".
    ///
    /// - Throws: `malformedAnswer` where there is no request id that could stand in a path.
    init(_ response: HTTPResponse) throws(LambdaRuntimeError) {
        func optional(_ name: String) -> String? { Self.header(name, response) }
        guard let requestID = Self.requestID(response) else {
            let found = optional("Aws-Request-Id")?.debugDescription ?? "no"
            throw LambdaRuntimeError(.malformedAnswer, "the Runtime API sent an event with \(found) id")
        }
        self.init(
            requestID: requestID,
            payload: response.body,
            deadline: optional("Deadline-Ms").flatMap(UInt64.init) ?? .max,
            functionARN: optional("Invoked-Function-Arn") ?? ""
        )
        traceID = optional("Trace-Id")
        clientContext = optional("Client-Context")
        cognitoIdentity = optional("Cognito-Identity")
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
