import HTTP
import LambdaRuntime
import TestSupport
import Testing

@testable import AWSCore
@testable import TriggerFunction

/// The function against a Batch that refuses most requests, as in a large upload, or that doesn't answer at all.
@Suite("Patience") struct PatienceTests {
    private static let throttled = ScriptedAnswer.status(
        429, headers: [("x-amzn-ErrorType", "TooManyRequestsException")], #"{"message":"Too Many Requests"}"#)
    private static let accepted = ScriptedAnswer.status(200, #"{"jobId":"j","jobName":"n"}"#)
    private static let noJobs = ScriptedAnswer.status(200, #"{"jobSummaryList":[]}"#)

    /// The function's own, with pauses of milliseconds.
    private static var quick: Patience {
        var patience = Patience()
        patience.retry.baseDelay = 1
        patience.retry.maxDelay = 5
        return patience
    }

    private func trigger(_ server: ScriptedServer, _ patience: Patience) throws -> Trigger {
        try Trigger(
            AWSEnvironment(BatchServer.environment.merging(["AWS_ENDPOINT_URL_BATCH": server.origin]) { $1 }), patience)
    }

    private func invocation(milliseconds: UInt64 = 60_000) throws -> Invocation {
        var invocation = Invocation(
            requestID: "1", payload: try SampleEvent.bytes("s3-put"), deadline: .max, functionARN: "arn")
        // The largest deadline minus what is left of it is now.
        invocation.deadline = .max - invocation.remainingMilliseconds + milliseconds
        return invocation
    }

    @Test("Throttling is waited out, however often it is answered") func throttling() throws {
        let submitted = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if request.path == "/v1/listjobs" { return Self.noJobs }
            return submitted.next() <= 150 ? Self.throttled : Self.accepted
        }
        defer { server.stop() }
        let answer = try trigger(server, Self.quick).handle(invocation())
        #expect(try JSONValue(parsing: answer)["records"]?.array?[0]["jobId"] == "j")
        #expect(submitted.value == 151)
    }

    @Test("Throttling that lasts is reported before the time is up") func endless() throws {
        let submitted = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if request.path == "/v1/listjobs" { return Self.noJobs }
            _ = submitted.next()
            return Self.throttled
        }
        defer { server.stop() }
        // Half a minute in reserve, so that a busy machine doesn't use it up.
        var patience = Self.quick
        patience.reserve = 30_000
        let invocation = try invocation(milliseconds: 40_000)
        let trigger = try trigger(server, patience)
        let error = #expect(throws: RecordsFailed.self) { try trigger.handle(invocation) }
        #expect(invocation.remainingMilliseconds > 1000 && submitted.value > 10)
        #expect(error?.description.contains("the function's time was up before Batch had taken it") == true)
        #expect(error?.description.contains("TooManyRequestsException: Too Many Requests") == true)
    }

    @Test("Jobs are listed once, and not again soon after throttling", arguments: [60, 0])
    func listing(_ pause: Int) throws {
        let listed = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            guard request.path == "/v1/listjobs" else { return Self.accepted }
            _ = listed.next()
            return Self.throttled
        }
        defer { server.stop() }
        var patience = Self.quick
        patience.listPause = pause
        let trigger = try trigger(server, patience)
        for _ in 0..<3 { _ = try trigger.handle(invocation()) }
        #expect(listed.value == (pause == 0 ? 3 : 1))
    }

    @Test("A listing that fails otherwise is tried anew for the next event") func listingFails() throws {
        let listed = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            guard request.path == "/v1/listjobs" else { return Self.accepted }
            return listed.next() == 1 ? .status(500) : Self.noJobs
        }
        defer { server.stop() }
        let trigger = try trigger(server, Self.quick)
        for _ in 0..<2 { _ = try trigger.handle(invocation()) }
        #expect(listed.value == 2)
    }

    @Test("A connection that died costs one time-out, and the job is submitted on a new one") func deadConnection()
        throws
    {
        let requests = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if requests.next() == 1 { return .silence(milliseconds: 20_000) }
            return request.path == "/v1/listjobs" ? Self.noJobs : Self.accepted
        }
        defer { server.stop() }
        var patience = Self.quick
        patience.timeouts.stall = 1
        let start = ContinuousClock.now
        let answer = try trigger(server, patience).handle(invocation())
        #expect(try JSONValue(parsing: answer)["records"]?.array?[0]["jobId"] == "j")
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test("The limits are those that a burst takes") func limits() {
        let patience = Patience()
        #expect(patience.retry.maxDelay <= 5000 && patience.timeouts.stall <= 5 && patience.timeouts.connect <= 2)
        #expect(patience.listAttempts == 1)
    }

    /// The simulation reads the values from the source, and repeats how pauses grow.
    @Test("Benchmarks/burst simulates these very values") func simulation() throws {
        let run = try Command([Tool.path("python3"), "\(Tool.root)/Benchmarks/burst", "--policy"]).run()
        let values = try JSONValue(parsing: Array(run.output.utf8))
        let patience = Patience()
        #expect(values["attempts"] == .null && patience.retry.maxAttempts == .max)
        #expect(patience.retry.quota == .max)
        #expect(values["base_delay"]?.int == patience.retry.baseDelay)
        #expect(values["max_delay"]?.int == patience.retry.maxDelay)
        #expect(values["reserve"]?.int == patience.reserve)
        #expect(values["list_attempts"]?.int == patience.listAttempts)
        #expect(values["list_pause"]?.int == patience.listPause)
        let limits = try #require(values["limits"]?.array).compactMap(\.int)
        #expect(limits.count == 20)
        for (number, limit) in limits.enumerated() {
            let delays = (0..<500).map { _ in patience.retry.delay(number, serverAsks: nil) }
            #expect(delays.allSatisfy { 0...limit ~= $0 } && delays.max()! > limit * 3 / 4)
        }
    }

    @Test("AWS_MAX_ATTEMPTS ends it before") func attempts() throws {
        let submitted = Counter()
        let server = ScriptedServer { request in
            if request.path == "/v1/submitjob" { _ = submitted.next() }
            return request.method == "POST" ? Self.throttled : .status(404)
        }
        defer { server.stop() }
        let environment = BatchServer.environment.merging([
            "AWS_ENDPOINT_URL_BATCH": server.origin, "AWS_MAX_ATTEMPTS": "2",
        ]) { $1 }
        let trigger = try Trigger(AWSEnvironment(environment), Self.quick)
        #expect(throws: RecordsFailed.self) { try trigger.handle(invocation()) }
        #expect(submitted.value == 2)
    }
}
