import AWSCore
import LambdaRuntime
import Synchronization
import TestSupport
import Testing

@testable import TriggerFunction

/// The handler against AWS Batch on moto; what was submitted is looked up through boto3.
@Suite("Trigger") struct TriggerTests {
    private func trigger(_ changes: [String: String] = [:]) throws -> Trigger {
        try Trigger(AWSEnvironment(BatchServer.environment.merging(changes) { $1 }))
    }

    private func answer(_ event: [UInt8], _ trigger: Trigger) throws -> [JSONValue] {
        let bytes = try trigger.handle(Self.invocation(event))
        return try #require(try JSONValue(parsing: bytes)["records"]?.array)
    }

    private static func invocation(_ event: [UInt8], seconds: Int = 60) -> Invocation {
        Invocation(
            requestID: "1", payload: event, deadline: UInt64(Timestamp.now.seconds + seconds) * 1000,
            functionARN: "arn:aws:lambda:us-east-1:123456789012:function:trigger")
    }

    private func job(_ record: JSONValue) throws -> JSONValue {
        try JSONValue(parsing: try BatchServer.job(#require(record["jobId"]?.string)))
    }

    private func variables(_ job: JSONValue) -> [String: String] {
        (job["container"]?["environment"]?.array ?? []).reduce(into: [:]) {
            if let name = $1["name"]?.string { $0[name] = $1["value"]?.string }
        }
    }

    private static let noJobs = ScriptedAnswer.status(200, #"{"jobSummaryList":[]}"#)

    @Test("An upload becomes a job") func upload() throws {
        let records = try answer(SampleEvent.bytes("s3-put"), trigger())
        #expect(records.count == 1)
        let job = try job(records[0])
        #expect(job["jobName"]?.string == records[0]["jobName"]?.string)
        #expect(job["jobName"]?.string?.hasPrefix("preserve-HappyFace_mp4-") == true)
        #expect(job["jobQueue"]?.string?.hasSuffix("/encode") == true)
        #expect(job["jobDefinition"]?.string?.contains("/worker:") == true)
        let variables = variables(job)
        #expect(variables["S3_BUCKET"] == "amzn-s3-demo-bucket")
        #expect(variables["S3_KEY"] == "input/preserve/HappyFace.mp4")
        #expect(variables["S3_VERSION_ID"] == "096fKKXTRTtl3on89fVO.nfljtsv6qko")
        #expect(variables["S3_ETAG"] == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(job["tags"]?["reelpress:key"]?.string == "input/preserve/HappyFace.mp4")
        #expect(job["tags"]?["reelpress:policy"]?.string == "preserve")
        #expect(records[0]["bucket"] == "amzn-s3-demo-bucket" && records[0]["skipped"] == nil)
    }

    @Test("Every record has its entry") func entries() throws {
        let records = try answer(SampleEvent.bytes("s3-several"), trigger())
        #expect(
            records.map { $0["skipped"]?.string } == [
                nil, nil, "not a video, by its name", "not an ObjectCreated event", "a folder", "zero bytes",
                "outside input/",
            ])
        #expect(records.map { $0["jobId"] != nil } == [true, true, false, false, false, false, false])
        #expect(records.map { $0["key"]?.string }.first == "input/preserve/trip/day 1.mov")
        #expect(variables(try job(records[1]))["S3_VERSION_ID"] == nil)
    }

    @Test("Odd keys reach the job byte for byte") func oddKeys() throws {
        let event = try SampleEvent.bytes("s3-odd-keys")
        let keys = try SampleEvent.records(event).map { try $0.get().object.key }
        for (key, record) in zip(keys, try answer(event, trigger())) {
            #expect(variables(try job(record))["S3_KEY"] == key)
        }
    }

    @Test("An event of EventBridge becomes a job") func eventBridge() throws {
        let records = try answer(SampleEvent.bytes("eventbridge-object-created"), trigger())
        #expect(records.count == 1)
        #expect(variables(try job(records[0]))["S3_KEY"] == "input/downscale/a+b 100%.mp4")
    }

    @Test("S3's test event is acknowledged") func testEvent() throws {
        #expect(try answer(SampleEvent.bytes("s3-test"), trigger()).isEmpty)
    }

    @Test("A bad record is reported, and the others are submitted") func badRecord() throws {
        let bad = try SampleEvent.changed(
            "s3-several", ["Records", "0", "s3", "object", "key"], to: "input/only%-good")
        let event = String(decoding: bad, as: UTF8.self)
            .split(separator: "film.mkv", omittingEmptySubsequences: false).joined(separator: "only-good-film.mkv")
        let error = #expect(throws: RecordsFailed.self) { try answer(Array(event.utf8), trigger()) }
        #expect(
            error?.description
                == "1 of 7 records could not be submitted: Records[0].s3.object.key is not URL-encoded: a % must be "
                + "followed by two hexadecimal digits")
        let names = try #require(try JSONValue(parsing: BatchServer.names()).array).compactMap(\.string)
        #expect(names.filter { $0.hasPrefix("downscale-only-good-film_mkv-") }.count == 1)
    }

    @Test("Batch's refusal is reported with its message") func refusal() throws {
        let trigger = try trigger(["JOB_QUEUE": "none"])
        let error = #expect(throws: RecordsFailed.self) { try answer(SampleEvent.bytes("s3-put"), trigger) }
        let text = try #require(error?.description)
        #expect(
            text.hasPrefix(
                "the record could not be submitted: Records[0] (s3://amzn-s3-demo-bucket/input/preserve/HappyFace.mp4): ClientException: batch:SubmitJob"
            ))
        #expect(text.contains("none does not exist"))
    }

    @Test("A failure of one record stops no other") func partialFailure() throws {
        let count = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if request.path == "/v1/listjobs" { return Self.noJobs }
            let number = count.next()
            if number == 1 {
                return .status(
                    403, headers: [("x-amzn-ErrorType", "AccessDeniedException")], #"{"message":"not authorized"}"#)
            }
            return .status(200, #"{"jobId":"j\#(number)","jobName":"n"}"#)
        }
        defer { server.stop() }
        let trigger = try trigger(["AWS_ENDPOINT_URL_BATCH": server.origin])
        let error = #expect(throws: RecordsFailed.self) { try answer(SampleEvent.bytes("s3-odd-keys"), trigger) }
        #expect(error?.description.hasPrefix("1 of 6 records could not be submitted: Records[0] (s3://") == true)
        #expect(error?.description.contains("AccessDeniedException") == true)
        #expect(count.value == 6)
        // The connection of the init phase is the one that all calls take.
        #expect(server.connections == 1)
    }

    @Test("A transient failure is tried again") func transientFailure() throws {
        let count = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if request.path == "/v1/listjobs" { return Self.noJobs }
            let number = count.next()
            if number == 1 { return .status(429, headers: [("x-amzn-ErrorType", "TooManyRequestsException")]) }
            return .status(200, #"{"jobId":"j\#(number)","jobName":"n"}"#)
        }
        defer { server.stop() }
        let trigger = try trigger(["AWS_ENDPOINT_URL_BATCH": server.origin])
        #expect(try answer(SampleEvent.bytes("s3-put"), trigger).map { $0["jobId"] } == ["j2"])
    }

    /// Of jobs of the very same name only one that waits or runs stands for the upload.
    @Test(
        "An event that comes again starts no second job",
        arguments: [
            ("SUBMITTED", true), ("RUNNABLE", true), ("RUNNING", true), ("SUCCEEDED", false), ("FAILED", false),
        ])
    func duplicate(status: String, isKnown: Bool) throws {
        let listed = Mutex<[JSONValue]>([])
        let submitted = Counter()
        let server = ScriptedServer { request in
            guard request.method == "POST", let body = try? JSONValue(parsing: request.body) else {
                return .status(404)
            }
            guard request.path == "/v1/listjobs" else {
                _ = submitted.next()
                return .status(200, #"{"jobId":"second","jobName":"n"}"#)
            }
            listed.withLock { $0.append(body) }
            let name = body["filters"]?.array?[0]["values"]?.array?[0].string ?? ""
            let jobs = [(name.uppercased(), "RUNNING"), (name, status)].enumerated().map { number, job in
                #"{"jobId":"j\#(number)","jobName":"\#(job.0)","status":"\#(job.1)","createdAt":1}"#
            }
            return .status(200, #"{"jobSummaryList":[\#(jobs.joined(separator: ","))]}"#)
        }
        defer { server.stop() }
        let trigger = try trigger(["AWS_ENDPOINT_URL_BATCH": server.origin])
        let record = try answer(SampleEvent.bytes("s3-put"), trigger)[0]
        #expect(record["jobId"]?.string == (isKnown ? "j1" : "second"))
        #expect(record["skipped"]?.string == (isKnown ? "a job for it is under way" : nil))
        #expect(submitted.value == (isKnown ? 0 : 1))
        let question = try #require(listed.withLock { $0 }.first)
        #expect(question["jobQueue"] == "encode" && question["filters"]?.array?[0]["name"] == "JOB_NAME")
    }

    /// Its job's name says nothing of the content: an earlier job of that name may be for other content.
    @Test("An upload without an ETag becomes a job although one of its name runs") func withoutETag() throws {
        let server = ScriptedServer { request in
            request.method == "POST" ? .status(200, #"{"jobId":"j","jobName":"n"}"#) : .status(404)
        }
        defer { server.stop() }
        let event = try SampleEvent.changed("s3-put", ["Records", "0", "s3", "object", "eTag"], to: nil)
        let records = try answer(event, trigger(["AWS_ENDPOINT_URL_BATCH": server.origin]))
        let posted = server.requests.filter { $0.method == "POST" }
        #expect(records.map { $0["jobId"] } == ["j"] && posted.map(\.path) == ["/v1/submitjob"])
    }

    @Test("Where jobs can't be listed the job is submitted") func unlistable() throws {
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            guard request.path == "/v1/listjobs" else {
                return .status(200, #"{"jobId":"j","jobName":"n"}"#)
            }
            return .status(
                403, headers: [("x-amzn-ErrorType", "AccessDeniedException")], #"{"message":"not authorized"}"#)
        }
        defer { server.stop() }
        let trigger = try trigger(["AWS_ENDPOINT_URL_BATCH": server.origin])
        #expect(try answer(SampleEvent.bytes("s3-put"), trigger).map { $0["jobId"] } == ["j"])
    }

    @Test("The deadline leaves time to report what failed") func deadline() throws {
        let server = ScriptedServer { $0.method == "POST" ? .silence(milliseconds: 20_000) : .status(404) }
        defer { server.stop() }
        let trigger = try trigger(["AWS_ENDPOINT_URL_BATCH": server.origin])
        let invocation = Self.invocation(try SampleEvent.bytes("s3-odd-keys"), seconds: 3)
        let error = #expect(throws: RecordsFailed.self) { try trigger.handle(invocation) }
        #expect(invocation.remainingMilliseconds > 0)
        #expect(error?.description.contains("time was up before Batch had taken it") == true)
        #expect(error?.description.contains("Records[5] (s3://") == true)
    }

    @Test("The container's name decides which override is sent") func container() throws {
        let bodies = Mutex<[[UInt8]]>([])
        let server = ScriptedServer { request in
            guard request.method == "POST" else { return .status(404) }
            if request.path == "/v1/listjobs" { return Self.noJobs }
            bodies.withLock { $0.append(request.body) }
            return .status(200, #"{"jobId":"j","jobName":"n"}"#)
        }
        defer { server.stop() }
        let environment = ["AWS_ENDPOINT_URL_BATCH": server.origin]
        for container in [[:], ["JOB_CONTAINER": "worker"]] {
            _ = try answer(SampleEvent.bytes("s3-put"), trigger(environment.merging(container) { $1 }))
        }
        let jobs = try bodies.withLock { try $0.map { try JSONValue(parsing: $0) } }
        let plain = try #require(jobs[0]["containerOverrides"])
        let container = try #require(
            jobs[1]["ecsPropertiesOverride"]?["taskProperties"]?.array?[0]["containers"]?.array?[0])
        #expect(jobs[0]["ecsPropertiesOverride"] == nil && jobs[1]["containerOverrides"] == nil)
        #expect(container["name"] == "worker" && container["environment"] == plain["environment"])
        #expect(jobs[0]["propagateTags"] == true)
    }

    @Test(
        "A missing setting is reported at the start",
        arguments: [
            (
                ["JOB_QUEUE": ""],
                "JOB_QUEUE is not set: set the function's environment variables to the job queue and the job definition"
            ),
            (
                ["JOB_QUEUE": "", "JOB_DEFINITION": ""],
                "JOB_QUEUE and JOB_DEFINITION are not set: set the function's environment variables to the job queue and the job definition"
            ),
            (["AWS_REGION": ""], "no region: set AWS_REGION"),
            (
                ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"],
                "no credentials: no source is set up"
            ),
        ])
    func missingSettings(_ changes: [String: String], _ message: String) {
        #expect(throws: SettingsError(description: message)) { try trigger(changes) }
    }
}
