import AWSCore
import TestSupport
import Testing

@testable import TriggerFunction

struct JobNameTests {
    private func name(_ key: String, bucket: String = "bucket", version: String? = nil) -> String {
        JobName.make(Upload(bucket: bucket, key: key, versionID: version))
    }

    @Test(arguments: [
        ("input/preserve/trip/day 1.mov", "preserve-trip-day_1_mov-"),
        ("input/downscale/film.mkv", "downscale-film_mkv-"),
        ("input/film.mkv", "preserve-film_mkv-"),
        ("input/preserve/日本.mp4", "preserve-_mp4-"),
        ("input/(((.)))", "preserve-"),
    ])
    func theKeyIsSeen(_ key: String, _ start: String) {
        let name = name(key)
        #expect(name.hasPrefix(start))
        #expect(name.utf8.count == start.utf8.count + 16)
    }

    @Test func anyKeyGivesANameThatBatchTakes() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &random))!
            }
            var key = ""
            key.unicodeScalars.append(contentsOf: scalars)
            #expect(JobSubmission.isName(name(key)) && JobSubmission.isName(name("input/" + key)))
        }
    }

    @Test func anotherUploadOfTheKeyHasAnotherName() {
        func name(_ version: String?, _ eTag: String?) -> String {
            JobName.make(Upload(bucket: "bucket", key: "input/a.mp4", versionID: version, eTag: eTag))
        }
        let names = [name(nil, "e1"), name(nil, "e2"), name("v1", "e1"), name("v2", "e1"), name(nil, nil)]
        #expect(Set(names).count == names.count && name("v1", "e1") == names[2])
    }

    @Test func longKeysKeepTheirEnd() {
        let name = name("input/preserve/" + String(repeating: "folder/", count: 100) + "last.mp4")
        #expect(name.utf8.count <= 128 && name.contains("folder-last_mp4-"))
    }

    @Test func eachVersionHasItsOwnName() {
        let names = [
            name("input/a b.mp4"), name("input/a_b.mp4"), name("input/a b.mp4", bucket: "other"),
            name("input/a b.mp4", version: "1"), name("input/a b.mp4", version: "2"),
        ]
        #expect(Set(names).count == names.count)
        #expect(name("input/a b.mp4", version: "1") == names[3])
    }
}
