import EncodeJob
import Testing

@testable import TriggerFunction

@Suite("Job tags") struct JobTagsTests {
    private func tags(_ key: String) throws -> [String: String] {
        JobTags.make(try #require(JobKeys(source: key)), S3ObjectVersion(bucket: "bucket", key: key))
    }

    @Test("Tags name the source") func source() throws {
        let tags = try tags("input/downscale/ü/a b+c.mp4")
        #expect(
            tags == [
                "reelpress:bucket": "bucket", "reelpress:key": "input/downscale/_/a_b+c.mp4",
                "reelpress:policy": "downscale",
            ])
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
