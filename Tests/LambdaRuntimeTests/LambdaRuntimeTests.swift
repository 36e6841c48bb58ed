import Glibc
import Synchronization
import TestSupport
import Testing

@testable import LambdaRuntime

/// The loop against a Runtime API of ours, which ends it by a 500. Serialised, for the loop owns a variable of the
/// process's environment.
@Suite("Lambda's loop", .serialized)
struct LambdaRuntimeTests {
    private static let next = "/2018-06-01/runtime/invocation/next"

    /// Events that are handed out, then the end.
    private func api(_ events: [[UInt8]], fault: @escaping FakeRuntimeAPI.Fault = { _ in nil }) -> FakeRuntimeAPI {
        let handedOut = Mutex(0)
        return FakeRuntimeAPI(fault: { request in
            if let answer = fault(request) { return answer }
            guard request.path == Self.next else { return nil }
            let isOver = handedOut.withLock { count in
                count += 1
                return count > events.count
            }
            return isOver ? .status(500) : nil
        }) { events[$0] }
    }

    /// Faults of the requests to one path, in order; nil is none.
    private func faults(_ path: String, _ answers: [ScriptedAnswer?]) -> FakeRuntimeAPI.Fault {
        let left = Mutex(answers)
        return { request in
            guard request.path.hasSuffix(path) else { return nil }
            return left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    private func run(_ api: FakeRuntimeAPI, _ handler: EchoHandler) -> Int32 {
        LambdaRuntime.loop(at: api.address) { handler }
    }

    private func response(_ number: Int) -> String { "invocation/\(FakeRuntimeAPI.requestID(number))/response" }
    private func failure(_ number: Int) -> String { "invocation/\(FakeRuntimeAPI.requestID(number))/error" }

    @Test("Events are answered in order on one connection") func order() {
        let events = (0..<20).map { Array(#"{"number":\#($0)}"#.utf8) }
        let api = api(events)
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(handler.invocations.map(\.payload) == events)
        for (number, event) in events.enumerated() {
            #expect(api.requests(to: response(number)).map(\.body) == [event])
        }
        #expect(api.connections == 1)
        #expect(api.requests.first?.method == "GET" && api.requests.dropFirst().first?.method == "POST")
        #expect(api.requests.dropFirst().first?["content-type"] == "application/json")
    }

    @Test("Payloads of every size arrive whole", arguments: [0, 1, 6 << 20]) func sizes(_ size: Int) {
        // A prime period: a piece that is lost or moved shows.
        let event = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 65_521 &* 7 >> 3) }
        let api = api([event])
        #expect(run(api, EchoHandler()) == 1)
        #expect(api.requests(to: response(0)).map(\.body) == [event])
    }

    @Test("An invocation has every header's value") func headers() throws {
        let events = Array(repeating: Array("{}".utf8), count: 2)
        let headers = [
            ("lambda-runtime-aws-request-id", "1"), ("Lambda-Runtime-Deadline-Ms", "7"),
            ("LAMBDA-RUNTIME-INVOKED-FUNCTION-ARN", "arn"), ("LAMBDA-RUNTIME-CLIENT-CONTEXT", #"{"client":{}}"#),
            ("Lambda-Runtime-Cognito-Identity", #" {"cognitoIdentityId":"x"} "#), ("Lambda-Runtime-Trace-Id", ""),
        ]
        let api = api(events, fault: faults("next", [nil, .status(200, headers: headers, "[]")]))
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        let (first, second) = (handler.invocations[0], handler.invocations[1])
        #expect(first.requestID == FakeRuntimeAPI.requestID(0))
        #expect(first.functionARN == "arn:aws:lambda:us-east-1:123456789012:function:trigger")
        #expect(1000...61_000 ~= first.remainingMilliseconds)
        #expect(first.clientContext == nil && first.cognitoIdentity == nil)
        #expect(handler.traces[0] == "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
        #expect(handler.traces[0] == first.traceID)
        #expect(second.requestID == "1" && second.payload == Array("[]".utf8))
        #expect(second.clientContext == #"{"client":{}}"# && second.cognitoIdentity == #"{"cognitoIdentityId":"x"}"#)
        #expect(second.traceID == nil && handler.traces[1] == nil)
        #expect(second.deadline == 7 && second.functionARN == "arn" && second.remainingMilliseconds == 0)
    }

    /// An event without one of these headers is refused by a code of its own, and the next one is asked for.
    @Test(
        "An event without a header ends in an error of its own",
        arguments: [
            ("Lambda-Runtime-Deadline-Ms", nil, "NoDeadline"), ("Lambda-Runtime-Deadline-Ms", "soon", "NoDeadline"),
            ("Lambda-Runtime-Invoked-Function-Arn", nil, "NoFunctionARN"),
        ])
    func missingHeader(_ name: String, _ value: String?, _ type: String) throws {
        let headers = FakeRuntimeAPI.headers(7).filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
        let api = api([[1], [2]], fault: faults("next", [.status(200, headers: headers, "{}")]))
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        let report = try #require(api.requests(to: failure(7)).first)
        #expect(report["lambda-runtime-function-error-type"] == "Runtime.\(type)")
        #expect(report.text.contains(name))
        #expect(!handler.invocations.isEmpty && api.requests(to: response(7)).isEmpty)
    }

    @Test("A handler that throws does not end the loop") func throwingHandler() throws {
        struct Broken: HandlerError {
            let errorType = "Broken"
            let description = "a \"quoted\"\nmatter: ü"
        }
        let api = api([[1], [2]])
        let handler = EchoHandler { if $0.payload == [1] { throw Broken() } else { return $0.payload } }
        #expect(run(api, handler) == 1)
        let report = try #require(api.requests(to: failure(0)).first)
        #expect(
            String(decoding: report.body, as: UTF8.self)
                == #"{"errorMessage":"a \"quoted\"\u000amatter: \u00fc","errorType":"Broken","stackTrace":[]}"#)
        #expect(report["lambda-runtime-function-error-type"] == "Function.Broken")
        #expect(report["content-type"] == "application/vnd.aws.lambda.error+json")
        #expect(report["lambda-runtime-function-xray-error-cause"]?.contains(#""type":"Broken""#) == true)
        #expect(api.requests(to: response(0)).isEmpty)
        #expect(api.requests(to: response(1)).map(\.body) == [[2]])
    }

    @Test("A handler that can't start is an initialization error") func failedStart() throws {
        struct NoSetting: Error, CustomStringConvertible { let description = "JOB_QUEUE is not set" }
        let api = api([[1]])
        #expect(LambdaRuntime.loop(at: api.address) { throw NoSetting() } == 1)
        #expect(api.requests.map(\.path) == ["/2018-06-01/runtime/init/error"])
        let report = try #require(api.requests.first)
        #expect(
            String(decoding: report.body, as: UTF8.self)
                == #"{"errorMessage":"JOB_QUEUE is not set","errorType":"NoSetting","stackTrace":[]}"#)
        #expect(report["lambda-runtime-function-error-type"] == "Runtime.NoSetting")
    }

    @Test("Without Lambda the loop ends") func withoutLambda() {
        #expect(LambdaRuntime.loop(at: nil) { EchoHandler() } == 1)
        #expect(LambdaRuntime.loop(at: "") { EchoHandler() } == 1)
        #expect(LambdaRuntime.loop(at: "127.0.0.1:\(Socket.freePort())") { EchoHandler() } == 1)
        #expect(LambdaRuntime.loop(at: "not an address") { EchoHandler() } == 1)
    }

    /// Answers to "next" that end the process, and after how many requests.
    @Test(
        "A Runtime API without events ends the loop",
        arguments: [
            (500, 1), (400, 1), (403, 1), (404, 1), (418, 1), (301, 1), (204, 1), (501, 1), (429, 3), (502, 3),
            (503, 3),
            (504, 3),
        ])
    func noEvents(_ status: Int, _ requests: Int) {
        // The headers of an event, which it isn't.
        let answer = ScriptedAnswer.status(status, headers: FakeRuntimeAPI.headers(0), "why\nnot")
        let api = FakeRuntimeAPI(fault: { _ in answer }) { _ in nil }
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(api.requests.count == requests && handler.invocations.isEmpty)
    }

    /// What may go wrong on the way to an event that arrives all the same.
    @Test(
        "A lost event is requested again",
        arguments: [
            .reset, .silence(milliseconds: 0), .status(503), .status(429),
            .raw(Array("HTTP/1.1 200 OK\r\nLambda-".utf8)),
            .raw(Array("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nContent-Length: 10\r\n\r\nhalf".utf8)),
        ] as [ScriptedAnswer])
    func lostEvent(_ fault: ScriptedAnswer) {
        let api = FakeRuntimeAPI(fault: faults("next", [fault, fault, nil, .status(500)])) { _ in [1] }
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(handler.invocations.map(\.payload) == [[1]])
        #expect(api.requests(to: response(0)).count == 1)
    }

    /// Answers to "next" that can't be used.
    @Test(
        "A malformed answer ends the loop",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id:\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ../next\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a b\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nContent-Length: 99999999999\r\n\r\n{}",
            "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n",
        ])
    func malformedAnswer(_ answer: String) {
        let api = FakeRuntimeAPI(fault: { _ in .raw(Array(answer.utf8)) }) { _ in nil }
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(handler.invocations.isEmpty)
        #expect(api.requests.count <= 3)
    }

    /// Answers to a result that concern that one result alone.
    @Test("A refused result does not end the loop", arguments: [413, 400, 403, 404, 409])
    func refusedResult(_ status: Int) {
        let api = api([[1], [2]], fault: faults("0/response", [.status(status)]))
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(handler.invocations.count == 2)
        #expect(api.requests(to: response(0)).count == 1)
        // Lambda has told the caller of it already.
        #expect(api.requests(to: failure(0)).isEmpty)
        #expect(api.requests(to: response(1)).count == 1)
    }

    @Test(
        "A Runtime API that takes no result ends the loop",
        arguments: [(500, 1), (501, 1), (301, 1), (503, 3), (429, 3)])
    func resultsNotTaken(_ status: Int, _ requests: Int) {
        // 429 is a refusal of this one result, once it has been said three times.
        let api = api([[1], [2]], fault: faults("0/response", Array(repeating: .status(status), count: 3)))
        let handler = EchoHandler()
        #expect(run(api, handler) == 1)
        #expect(handler.invocations.count == (status == 429 ? 2 : 1))
        #expect(api.requests(to: response(0)).count == requests)
    }

    @Test(
        "A lost result is sent again",
        arguments: [.reset, .silence(milliseconds: 0), .status(503), .raw([])] as [ScriptedAnswer])
    func lostResult(_ fault: ScriptedAnswer) {
        let api = api([[1], [2]], fault: faults("0/response", [fault]))
        #expect(run(api, EchoHandler()) == 1)
        #expect(api.requests(to: response(0)).map(\.body) == [[1], [1]])
        #expect(api.requests(to: response(1)).map(\.body) == [[2]])
    }

    @Test("A result goes over a new connection where the idle one died") func diedConnection() {
        // The answer promises a connection that is closed at once.
        let headers = FakeRuntimeAPI.headers(0).map { "\($0.0): \($0.1)\r\n" }.joined()
        let event = "HTTP/1.1 200 OK\r\n\(headers)Content-Length: 2\r\n\r\n{}"
        let api = FakeRuntimeAPI(fault: faults("next", [.raw(Array(event.utf8)), .status(500)])) { _ in nil }
        #expect(run(api, EchoHandler()) == 1)
        #expect(api.requests(to: response(0)).map(\.body) == [Array("{}".utf8)])
    }
}
