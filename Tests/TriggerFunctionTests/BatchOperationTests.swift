import AWSCore
import LambdaRuntime
import TestSupport
import Testing

@testable import TriggerFunction

/// S3 Batch Operations: what it asks and what it is answered, task by task.
@Suite("S3 Batch Operations") struct BatchOperationTests {
    private func event(_ tasks: String, schema: String = "2.0") -> [UInt8] {
        Array(#"{"invocationSchemaVersion":"\#(schema)","invocationId":"i","job":{"id":"j"},"tasks":[\#(tasks)]}"#.utf8)
    }

    private func task(_ id: String, key: String) -> String {
        #"{"taskId":"\#(id)","s3Key":"\#(key)","s3VersionId":null,"s3Bucket":"bucket"}"#
    }

    private func answer(_ event: [UInt8], _ server: ScriptedServer) throws -> JSONValue {
        let trigger = try Trigger(
            AWSEnvironment(
                BatchServer.environment.merging([
                    "AWS_ENDPOINT_URL_BATCH": server.origin, "AWS_MAX_ATTEMPTS": "1",
                ]) { $1 }))
        let deadline = UInt64(Timestamp.now.seconds + 60) * 1000
        let bytes = try trigger.handle(
            Invocation(requestID: "1", payload: event, deadline: deadline, functionARN: "arn:aws:lambda:r:1:function:f")
        )
        return try JSONValue(parsing: bytes)
    }

    private func outcomes(_ answer: JSONValue) -> [[String?]] {
        (answer["results"]?.array ?? []).map { entry in
            ["taskId", "resultCode", "resultString"].map { entry[$0]?.string }
        }
    }

    @Test("A task of schema 1.0 names its bucket by ARN") func firstSchema() throws {
        let records = try SampleEvent.records(SampleEvent.bytes("s3-batch-operations-1.0"))
        #expect(
            records == [
                .success(
                    EventRecord(
                        path: "tasks[0]", name: "S3 Batch Operations", isCreation: true,
                        object: S3ObjectVersion(
                            bucket: "amzn-s3-demo-bucket", key: "input/preserve/trip/day 1+2 ü.mov",
                            versionID: "096fKKXTRTtl3on89fVO.nfljtsv6qko")))
            ])
    }

    @Test("A task of schema 2.0 names its bucket") func secondSchema() throws {
        let records = try SampleEvent.records(SampleEvent.bytes("s3-batch-operations-2.0")).map { try $0.get() }
        #expect(records.map(\.object.key) == ["input/downscale/film.mkv", "input/downscale/film.srt"])
        #expect(records.allSatisfy { $0.object.bucket == "amzn-s3-demo-bucket" && $0.object.versionID == nil })
    }

    @Test("The answer repeats schema and invocation and has a result for each task", arguments: ["1.0", "2.0"])
    func answers(_ schema: String) throws {
        let server = ScriptedServer {
            $0.path == "/v1/submitjob" ? .status(200, #"{"jobId":"job-1","jobName":"n"}"#) : .status(404)
        }
        defer { server.stop() }
        let answer = try answer(SampleEvent.bytes("s3-batch-operations-\(schema)"), server)
        #expect(answer["invocationSchemaVersion"]?.string == schema)
        #expect(answer["invocationId"] == "YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo")
        #expect(answer["treatMissingKeysAs"] == "TemporaryFailure")
        let first = [schema == "1.0" ? "dGFza2lkZ29lc2hlcmUK" : "Zmlyc3Q=", "Succeeded", "job job-1"]
        let second = ["c2Vjb25k", "Succeeded", "skipped: not a video, by its name"]
        #expect(outcomes(answer) == (schema == "1.0" ? [first] : [first, second]))
    }

    @Test("Throttling is a temporary failure, a refusal a permanent one, and neither hides the others")
    func failures() throws {
        let count = Counter()
        let server = ScriptedServer { request in
            guard request.path == "/v1/submitjob" else { return .status(404) }
            switch count.next() {
            case 1: return .status(429, headers: [("x-amzn-ErrorType", "TooManyRequestsException")])
            case 2: return .status(403, headers: [("x-amzn-ErrorType", "AccessDeniedException")])
            default: return .status(200, #"{"jobId":"job-3","jobName":"n"}"#)
            }
        }
        defer { server.stop() }
        let tasks = [task("1", key: "input/a.mp4"), task("2", key: "input/b.mp4"), task("3", key: "input/%G0.mp4")]
        let outcomes = try outcomes(
            answer(event((tasks + [task("4", key: "input/c.mp4")]).joined(separator: ",")), server))
        #expect(outcomes.map { $0[1] } == ["TemporaryFailure", "PermanentFailure", "PermanentFailure", "Succeeded"])
        #expect(outcomes[0][2]?.hasPrefix("TooManyRequestsException: batch:SubmitJob on ") == true)
        #expect(outcomes[1][2]?.contains("the role needs batch:SubmitJob") == true)
        #expect(
            outcomes[2][2]
                == "tasks[2].s3Key is not URL-encoded: a % must be followed by two hexadecimal digits")
        #expect(outcomes[3] == ["4", "Succeeded", "job job-3"])
    }

    @Test("A task whose time is up fails temporarily") func timeUp() throws {
        let server = ScriptedServer { _ in .status(404) }
        defer { server.stop() }
        let trigger = try Trigger(
            AWSEnvironment(BatchServer.environment.merging(["AWS_ENDPOINT_URL_BATCH": server.origin]) { $1 }))
        let invocation = Invocation(
            requestID: "1", payload: event(task("1", key: "input/a.mp4")), deadline: 0, functionARN: "arn")
        let answer = try JSONValue(parsing: trigger.handle(invocation))
        #expect(
            outcomes(answer) == [
                ["1", "TemporaryFailure", "the function's time was up before it was submitted"]
            ])
    }

    @Test(
        "A bad task is an outcome of its own",
        arguments: [
            (#""s3Key":"input/a""#, "tasks[0].s3BucketArn is missing"),
            (#""s3Bucket":"bucket""#, "tasks[0].s3Key is missing"),
            (#""s3Key":"input/a","s3Bucket":"a/b""#, "tasks[0].s3Bucket is not a bucket name"),
            (#""s3Key":"input/a","s3BucketArn":"bucket""#, "tasks[0].s3BucketArn is not a bucket's ARN"),
            (
                #""s3Key":"input/a","s3BucketArn":"arn:aws:s3:us-east-1:123456789012:accesspoint/a""#,
                "tasks[0].s3BucketArn is not a bucket name"
            ),
        ])
    func badTasks(_ members: String, _ message: String) throws {
        let records = try SampleEvent.records(event(#"{"taskId":"1",\#(members)}"#))
        #expect(records == [.failure(EventError(message))])
    }

    @Test(
        "What can't be answered is refused",
        arguments: [
            (["invocationSchemaVersion"], "3.0", "invocationSchemaVersion is neither 1.0 nor 2.0"),
            (["invocationId"], nil, "invocationId is missing"),
            (["tasks"], [], "tasks is empty"),
            (["tasks", "0", "taskId"], nil, "tasks[0].taskId is missing"),
        ] as [([String], JSONValue?, String)])
    func refusals(_ path: [String], _ value: JSONValue?, _ message: String) throws {
        let event = try SampleEvent.changed("s3-batch-operations-2.0", path, to: value)
        #expect(throws: EventError(message)) { try UploadEvent(event) }
    }
}
