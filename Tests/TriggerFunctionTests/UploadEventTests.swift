import AWSCore
import Testing

@testable import TriggerFunction

@Suite("Upload events") struct UploadEventTests {
    @Test("A put is read") func put() throws {
        let records = try SampleEvent.records(SampleEvent.bytes("s3-put"))
        #expect(
            records == [
                .success(
                    EventRecord(
                        path: "Records[0]", name: "ObjectCreated:Put", isCreation: true,
                        object: S3ObjectVersion(
                            bucket: "amzn-s3-demo-bucket", key: "input/preserve/HappyFace.mp4", size: 1024,
                            versionID: "096fKKXTRTtl3on89fVO.nfljtsv6qko", etag: "d41d8cd98f00b204e9800998ecf8427e")))
            ])
    }

    @Test("EventBridge's keys aren't decoded") func eventBridge() throws {
        let record = try #require(try SampleEvent.records(SampleEvent.bytes("eventbridge-object-created")).first).get()
        #expect(record.isCreation && record.path == "detail")
        #expect(record.object.bucket == "amzn-s3-demo-bucket1")
        #expect(record.object.key == "input/downscale/a+b 100%.mp4")
        #expect(record.object.size == 5)
        #expect(record.object.versionID == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e")
        #expect(record.object.etag == "b1946ac92492d2347c6235b4d2611184")
    }

    @Test("Every record is read") func everyRecord() throws {
        let records = try SampleEvent.records(SampleEvent.bytes("s3-several")).map { try $0.get() }
        #expect(
            records.map(\.object.key) == [
                "input/preserve/trip/day 1.mov", "input/downscale/film.mkv", "input/film.subtitles.srt",
                "input/preserve/gone.mp4", "input/preserve/", "input/preserve/empty.mp4", "output/preserve/film.mp4",
            ])
        #expect(records[1].object.versionID == nil && records[1].object.size == 5 << 30)
        #expect(records.map(SkipReason.init) == [nil, nil, .notVideo, .notCreated, .folder, .empty, .outsideInput])
    }

    @Test("Odd keys are decoded") func oddKeys() throws {
        let keys = try SampleEvent.records(SampleEvent.bytes("s3-odd-keys")).map { try $0.get().object.key }
        #expect(
            keys == [
                "input/preserve/red flower.mp4", "input/preserve/a+b=c & d, 100%.mp4",
                "input/preserve/Überblick/日本 🎬.mp4",
                "input/preserve/(1) [2] {3} ~!$'\"*.mp4", "input/preserve/two  blanks/%2B.mp4",
                "input/preserve/line\nbreak\ttab.mp4",
            ])
    }

    @Test("S3's test event is recognised") func testEvent() throws {
        guard case .test(let bucket) = try UploadEvent(SampleEvent.bytes("s3-test")) else {
            Issue.record("it is not known")
            return
        }
        #expect(bucket == "amzn-s3-demo-bucket")
    }

    /// What may be missing or null, and what stands in the record then.
    @Test("Members that S3 may omit may be missing", arguments: ["eTag", "versionId", "size", "sequencer"])
    func optionalMembers(_ name: String) throws {
        let path = ["Records", "0", "s3", "object", name]
        for value in [nil, JSONValue.null] {
            let record = try SampleEvent.records(SampleEvent.changed("s3-put", path, to: value))[0].get()
            #expect((record.object.etag == nil) == (name == "eTag"))
            #expect((record.object.versionID == nil) == (name == "versionId"))
            #expect((record.object.size == nil) == (name == "size"))
            #expect(SkipReason(record) == nil)
        }
    }

    @Test("Quotation marks are not part of an ETag") func quotes() throws {
        let event = try SampleEvent.changed("s3-put", ["Records", "0", "s3", "object", "eTag"], to: "\"abc-2\"")
        #expect(try SampleEvent.records(event)[0].get().object.etag == "abc-2")
    }

    @Test("A key of 1,024 bytes is taken, the longest that S3 allows") func longestKey() throws {
        let key = "input/" + String(repeating: "ä", count: 507) + ".mp4"
        let event = try SampleEvent.changed("s3-put", ["Records", "0", "s3", "object", "key"], to: .string(key))
        #expect(key.utf8.count == 1024)
        #expect(try SampleEvent.records(event)[0].get().object.key == key)
    }
}
