import AWSCore
import Testing

@testable import TriggerFunction

/// Every bad event says which field is bad.
@Suite("Errors of events") struct EventErrorTests {
    private static let object = ["Records", "0", "s3", "object"]

    /// A change of the sample event, and what is said of it.
    static let records: [(path: [String], value: JSONValue?, message: String)] = [
        (["Records", "0"], "x", #"Records[0] is the string "x" instead of an object"#),
        (["Records", "0", "eventSource"], nil, "Records[0].eventSource is missing"),
        (["Records", "0", "eventSource"], "aws:sqs", "Records[0].eventSource is not aws:s3"),
        (
            ["Records", "0", "eventVersion"], "3.0",
            "Records[0].eventVersion is not 2.x: a new major version may mean other things"
        ),
        (["Records", "0", "eventName"], nil, "Records[0].eventName is missing"),
        (["Records", "0", "eventName"], "", "Records[0].eventName is empty"),
        (["Records", "0", "s3"], nil, "Records[0].s3 is missing"),
        (["Records", "0", "s3"], [], "Records[0].s3 is an array instead of an object"),
        (["Records", "0", "s3", "bucket"], .null, "Records[0].s3.bucket is missing"),
        (["Records", "0", "s3", "bucket", "name"], nil, "Records[0].s3.bucket.name is missing"),
        (["Records", "0", "s3", "bucket", "name"], "a/b", "Records[0].s3.bucket.name is not a bucket name"),
        (["Records", "0", "s3", "bucket", "name"], "ab", "Records[0].s3.bucket.name is not a bucket name"),
        (object, true, "Records[0].s3.object is a Boolean instead of an object"),
        (object + ["key"], nil, "Records[0].s3.object.key is missing"),
        (object + ["key"], .null, "Records[0].s3.object.key is missing"),
        (object + ["key"], "", "Records[0].s3.object.key is empty"),
        (object + ["key"], 7, "Records[0].s3.object.key is the number 7 instead of a string"),
        (
            object + ["key"], "input/%G0.mp4",
            "Records[0].s3.object.key is not URL-encoded: a % must be followed by two hexadecimal digits"
        ),
        (
            object + ["key"], "input/a%2",
            "Records[0].s3.object.key is not URL-encoded: a % must be followed by two hexadecimal digits"
        ),
        (object + ["key"], "input/%C3.mp4", "Records[0].s3.object.key is not UTF-8 once it is URL-decoded"),
        (object + ["key"], "input/%ED%A0%80.mp4", "Records[0].s3.object.key is not UTF-8 once it is URL-decoded"),
        (
            object + ["key"], "input/a%00b",
            "Records[0].s3.object.key holds a NUL, which no environment variable of a job can carry"
        ),
        (
            object + ["key"], .string(String(repeating: "%C3%BC", count: 513)),
            "Records[0].s3.object.key has 1026 bytes: S3's keys have 1024 at most"
        ),
        (object + ["size"], "1024", #"Records[0].s3.object.size is the string "1024" instead of a number of bytes"#),
        (object + ["size"], -1, "Records[0].s3.object.size is the number -1 instead of a number of bytes"),
        (object + ["size"], .number("1.5"), "Records[0].s3.object.size is the number 1.5 instead of a number of bytes"),
        (object + ["eTag"], "a b", "Records[0].s3.object.eTag is not an entity tag"),
        (object + ["eTag"], "\"\"", "Records[0].s3.object.eTag is not an entity tag"),
        (object + ["versionId"], 1, "Records[0].s3.object.versionId is the number 1 instead of a string"),
    ]

    @Test("A bad record names its field", arguments: records)
    func record(_ path: [String], _ value: JSONValue?, _ message: String) throws {
        let event = try SampleEvent.changed("s3-put", path, to: value)
        #expect(try SampleEvent.records(event) == [.failure(EventError(message))])
    }

    @Test(
        "A bad EventBridge event names its field",
        arguments: [
            (["source"], "aws.ec2", "source is not aws.s3"),
            (["source"], nil, "source is missing"),
            (["detail-type"], 3, "detail-type is the number 3 instead of a string"),
            (["detail"], nil, "detail is missing"),
            (["detail", "bucket", "name"], nil, "detail.bucket.name is missing"),
            (["detail", "object", "key"], nil, "detail.object.key is missing"),
            (
                ["detail", "object", "size"], .number("1e3"),
                "detail.object.size is the number 1e3 instead of a number of bytes"
            ),
        ] as [([String], JSONValue?, String)])
    func eventBridge(_ path: [String], _ value: JSONValue?, _ message: String) throws {
        let event = try SampleEvent.changed("eventbridge-object-created", path, to: value)
        #expect(try SampleEvent.records(event) == [.failure(EventError(message))])
    }

    /// What is no event of S3 at all.
    @Test(
        "Anything that isn't an event of S3 is described",
        arguments: [
            ("", "the event is not JSON: expected a value at byte 0"),
            ("{\"Records\":[", "the event is not JSON: expected a value at byte 12"),
            ("{\"Records\":[]} x", "the event is not JSON: expected the end at byte 15"),
            ("[]", "the event is an array instead of an object"),
            ("null", "the event is null instead of an object"),
            ("\"Records\"", "the event is the string \"Records\" instead of an object"),
            (
                "{}",
                "Records, detail-type and invocationSchemaVersion are missing: the event is not from S3, EventBridge or S3 Batch Operations"
            ),
            (
                "{\"records\":[]}",
                "Records, detail-type and invocationSchemaVersion are missing: the event is not from S3, EventBridge or S3 Batch Operations"
            ),
            ("{\"Records\":[]}", "Records is empty"),
            ("{\"Records\":{}}", "Records is an object instead of an array"),
            ("{\"Records\":[{}],\"Records\":[{}]}", "Records is there twice"),
            ("{\"Event\":\"s3:Other\",\"Bucket\":\"b\"}", "Event is not s3:TestEvent"),
            ("{\"Event\":\"s3:TestEvent\"}", "Bucket is missing"),
        ])
    func wholeEvent(_ text: String, _ message: String) {
        #expect(throws: EventError(message)) { try UploadEvent(Array(text.utf8)) }
    }

    @Test("One bad record hides no other") func otherRecords() throws {
        let event = try SampleEvent.changed("s3-several", ["Records", "1", "s3", "object", "key"], to: nil)
        let records = try SampleEvent.records(event)
        #expect(records.count == 7)
        #expect(records[1] == .failure(EventError("Records[1].s3.object.key is missing")))
        #expect(records.filter { (try? $0.get()) != nil }.count == 6)
    }
}
