import EncodeJob
import TestSupport
import Testing

@testable import TriggerFunction

extension SkipReason {
    /// Nil for a record whose object is to be encoded.
    init?(_ record: EventRecord) {
        guard case .skip(let reason) = Decision(record) else { return nil }
        self = reason
    }
}

@Suite("Decision about a record") struct DecisionTests {
    @Test(
        "Every reason to skip is recognised",
        arguments: [
            ("ObjectCreated:Put", "input/a.mp4", 1, nil),
            ("ObjectCreated:CompleteMultipartUpload", "input/downscale/a", 1, nil),
            ("ObjectCreated:Put", "input/a.unknown", nil, nil),
            ("ObjectCreated:Put", "input/a.mp4", nil, nil),
            ("ObjectCreated:Put", "input/preserve/a.srt/b.mov", 1, nil),
            ("ObjectRemoved:Delete", "input/a.mp4", 1, .notCreated),
            ("ObjectRestore:Completed", "input/a.mp4", 1, .notCreated),
            ("ObjectCreatedX:Put", "input/a.mp4", 1, .notCreated),
            ("ObjectCreated:Put", "a.mp4", 1, .outsideInput),
            ("ObjectCreated:Put", "inputs/a.mp4", 1, .outsideInput),
            ("ObjectCreated:Put", "Input/a.mp4", 1, .outsideInput),
            ("ObjectCreated:Put", "output/input/a.mp4", 1, .outsideInput),
            ("ObjectCreated:Put", "input/", 0, .folder),
            ("ObjectCreated:Put", "input/preserve/a/", 0, .folder),
            ("ObjectCreated:Put", "input/a.mp4", 0, .empty),
            ("ObjectCreated:Put", "input/a.SRT", 1, .notVideo),
            ("ObjectCreated:Put", "input/preserve/.DS_Store", 1, .notVideo),
            ("ObjectCreated:Put", "input/a.jpg", 1, .notVideo),
        ] as [(String, String, UInt64?, SkipReason?)])
    func reasons(_ name: String, _ key: String, _ size: UInt64?, _ reason: SkipReason?) {
        let record = EventRecord(
            path: "Records[0]", name: name, isCreation: name.hasPrefix("ObjectCreated:"),
            object: S3ObjectVersion(bucket: "bucket", key: key, size: size))
        #expect(SkipReason(record) == reason)
    }

    @Test("The documented list of extensions is the program's") func documentedList() throws {
        let page = String(decoding: try FileBytes.read("\(Tool.root)/docs/trigger.md"), as: UTF8.self)
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("Subtitles and lyrics:") })
        let documented = line.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
        #expect(Set(documented) == NonVideoExtensions.all && documented.count == NonVideoExtensions.all.count)
    }
}
