import Glibc
import TestSupport
import Testing
import Threads

/// The function's process: how it starts, waits and ends.
@Suite("Function / process") struct FunctionProcessTests {
    private let batch = Function.batch()
    private var origin: String { "http://\(batch.address)" }

    @Test("SIGTERM ends the function while it waits") func sigtermWhileWaiting() throws {
        let api = FakeRuntimeAPI { _ in nil }
        let function = try Function.start(at: api, batch: origin)
        try #require(api.waits(for: 1, to: "invocation/next"))
        try Process.waits(function.process)
        let start = ContinuousClock.now
        function.send(SIGTERM)
        let outcome = try function.wait(within: 10)
        #expect(outcome.end == .exit(0) && outcome.error.isEmpty)
        // Lambda allows half a second.
        #expect(ContinuousClock.now - start < .milliseconds(450))
    }

    @Test("SIGTERM lets the function send its result") func sigtermWhileWorking() throws {
        let isSignalled = Monitor(false)
        let slow = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            _ = isSignalled.wait(atMost: 10) { $0 }
            return .status(200, #"{"jobId":"job","jobName":"name"}"#)
        }
        defer { slow.stop() }
        let event = try Function.event("s3-put")
        let api = FakeRuntimeAPI { $0 == 0 ? event : nil }
        let function = try Function.start(at: api, batch: "http://\(slow.address)")
        try Wait.until("a call of Batch", within: 10) { slow.requests.contains { $0.method == "POST" } }
        function.send(SIGTERM)
        try Process.takesSignals(function.process)
        isSignalled.withLock { $0 = true }
        #expect(try function.wait(within: 10).end == .exit(0))
        let results = api.requests(to: "invocation/\(FakeRuntimeAPI.requestID(0))/response")
        #expect(results.count == 1)
        let body = String(decoding: results.first?.body ?? [], as: UTF8.self)
        #expect(body.contains(#""jobId":"job""#))
    }

    @Test("A missing setting is an initialization error") func initError() throws {
        let api = FakeRuntimeAPI { _ in nil }
        let outcome = try Function.start(at: api, batch: origin, ["JOB_QUEUE": ""]).wait(within: 10)
        #expect(outcome.end == .exit(1))
        let expected =
            "the function can't start: JOB_QUEUE is not set: set the function's environment variables to the job queue "
            + "and the job definition"
        #expect(outcome.errorLines.map(String.init) == [expected])
        let report = try #require(api.requests(to: "init/error").first)
        #expect(report["lambda-runtime-function-error-type"] == "Runtime.ConfigInvalid")
        #expect(api.requests.count == 1)
    }

    @Test("Without Lambda the function names the missing variable") func withoutLambda() throws {
        let outcome = try Command([Function.path]).run()
        #expect(outcome.end == .exit(1))
        #expect(outcome.errorLines.count == 1 && outcome.error.contains("AWS_LAMBDA_RUNTIME_API is not set"))
    }

    @Test("An unreachable Batch doesn't stop the function's start") func unreachableBatch() throws {
        let api = FakeRuntimeAPI { _ in nil }
        let function = try Function.start(at: api, batch: "http://127.0.0.1:\(Socket.freePort())")
        #expect(api.waits(for: 1, to: "invocation/next"))
        function.send(SIGTERM)
        #expect(try function.wait(within: 10).end == .exit(0))
    }

    @Test("Every record is logged in one line") func log() throws {
        let event = try Function.event("s3-odd-keys")
        let api = FakeRuntimeAPI { $0 == 0 ? event : nil }
        let function = try Function.start(at: api, batch: origin)
        try #require(api.waits(for: 2, to: "invocation/next"))
        function.send(SIGTERM)
        let outcome = try function.wait(within: 10)
        #expect(outcome.errorLines.count == 6)
        #expect(outcome.errorLines.allSatisfy { $0.hasPrefix("submitted s3://amzn-s3-demo-bucket/input/preserve/") })
    }

    /// FUNCTION_EVENTS invocations (2,000, in soak 10,000) of which some fail: nothing may grow.
    @Test("Thousands of invocations leak no memory and no descriptors", .timeLimit(.minutes(10))) func leaks() throws {
        let count = max(2000, Int(getenv("FUNCTION_EVENTS").map { String(cString: $0) } ?? "") ?? 2000)
        let events =
            try ["s3-put", "s3-several", "s3-odd-keys", "s3-test", "eventbridge-object-created"].map(Function.event)
            + [Array("{}".utf8), Array("{".utf8), Array(#"{"Records":[{}]}"#.utf8)]
        let api = FakeRuntimeAPI(keepsRequests: false) { $0 < count ? events[$0 % events.count] : nil }
        let function = try Function.start(at: api, batch: origin)
        var figures: [(handedOut: Int, memory: Int, descriptors: Int)] = []
        while api.handedOut <= count {
            try #require(try function.outcomeIfEnded() == nil, "it ended")
            if api.handedOut >= count / 10 * (figures.count + 1), figures.count < 10 {
                figures.append(
                    (api.handedOut, try Process.memory(function.process), try Process.descriptors(function.process)))
            }
            usleep(1000)
        }
        figures.append((api.handedOut, try Process.memory(function.process), try Process.descriptors(function.process)))
        print("function: \(figures.map { "\($0.handedOut): \($0.memory) KiB, \($0.descriptors) descriptors" })")
        let (first, last) = (figures[1], figures[figures.count - 1])
        // The memory that malloc keeps varies by some pages.
        #expect(last.memory - first.memory < 256)
        #expect(last.descriptors <= first.descriptors)
        function.send(SIGTERM)
        #expect(try function.wait(within: 10).end == .exit(0))
    }
}
