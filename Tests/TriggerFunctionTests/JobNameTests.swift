import AWSCore
import EncodeJob
import TestSupport
import Testing

@testable import TriggerFunction

@Suite("Job names") struct JobNameTests {
    private func name(_ key: String, bucket: String = "bucket", version: String? = nil, etag: ETag? = nil) throws
        -> String
    {
        let keys = try #require(JobKeys(source: key))
        return JobName.make(keys, S3ObjectVersion(bucket: bucket, key: key, versionID: version, etag: etag))
    }

    @Test(
        "The key is recognisable",
        arguments: [
            ("input/preserve/trip/day 1.mov", "preserve-trip-day_1_mov-"),
            ("input/downscale/film.mkv", "downscale-film_mkv-"),
            ("input/film.mkv", "preserve-film_mkv-"),
            ("input/preserve/日本.mp4", "preserve-_mp4-"),
            ("input/(((.)))", "preserve-"),
        ])
    func recognisable(_ key: String, _ start: String) throws {
        let name = try name(key)
        #expect(name.hasPrefix(start))
        #expect(name.utf8.count == start.utf8.count + 16)
    }

    @Test("Any key gives a name that Batch accepts") func anyKey() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &random))!
            }
            var key = ""
            key.unicodeScalars.append(contentsOf: scalars)
            #expect(JobSubmission.isName(try name("input/\(key)x")))
        }
    }

    @Test("Another upload of the key has another name") func uploads() throws {
        let versions: [(String?, ETag?)] = [(nil, "e1"), (nil, "e2"), ("v1", "e1"), ("v2", "e1"), (nil, nil)]
        let names = try versions.map { try name("input/a.mp4", version: $0.0, etag: $0.1) }
        #expect(Set(names).count == names.count)
        #expect(try name("input/a.mp4", version: "v1", etag: "e1") == names[2])
    }

    @Test("Long keys keep their end") func longKeys() throws {
        let name = try name("input/preserve/" + String(repeating: "folder/", count: 100) + "last.mp4")
        #expect(name.utf8.count <= 128 && name.contains("folder-last_mp4-"))
    }

    @Test("Each version has its own name") func versions() throws {
        let names = try [
            name("input/a b.mp4"), name("input/a_b.mp4"), name("input/a b.mp4", bucket: "other"),
            name("input/a b.mp4", version: "1"), name("input/a b.mp4", version: "2"),
        ]
        #expect(Set(names).count == names.count)
        #expect(try name("input/a b.mp4", version: "1") == names[3])
    }

    /// The hash is over bucket, key, version and ETag, one after the other.
    @Test("The parts of a name don't run together") func parts() throws {
        let names = try [
            name("input/a.mp4", version: "12"), name("input/a.mp4", version: "1", etag: "2"),
            name("input/a.mp4", etag: "12"),
        ]
        #expect(Set(names).count == names.count)
    }
}
