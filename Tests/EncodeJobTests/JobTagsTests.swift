import EncodeJob
import Testing

@Suite("Job tags") struct JobTagsTests {
    private func tags(_ key: String) throws -> [String: String] {
        JobTags.make(try #require(JobKeys(source: key)), bucket: "bucket")
    }

    @Test("Tags name the source") func source() throws {
        let tags = try tags("input/downscale/ü/a b+c.mp4")
        #expect(
            tags == [
                "reelpress:bucket": "bucket", "reelpress:key": "input/downscale/_/a_b+c.mp4",
                "reelpress:policy": "downscale",
            ])
    }

    @Test("A helper's tags name the job that it helps too") func lead() throws {
        let tags = JobTags.make(try #require(JobKeys(source: "input/a.mp4")), bucket: "bucket", lead: "7f-1:2")
        #expect(tags["reelpress:lead"] == "7f-1:2" && tags.count == 4)
    }

    @Test("Tags keep Batch's limits") func limits() throws {
        let tags = try tags("input/" + String(repeating: "ü\n\"", count: 300) + "last")
        for (name, value) in tags {
            #expect(name.utf8.count <= 128 && value.utf8.count <= 256)
            #expect(value.utf8.allSatisfy { 33..<127 ~= $0 && $0 != UInt8(ascii: "\"") })
        }
        #expect(tags["reelpress:key"]?.hasSuffix("_last") == true)
    }
}
