import Containers
import Findings
import Glibc
import Media
import TestSupport
import Testing

@testable import EncodeWorker

struct LocalStoreTests {
    private let folder: TemporaryFolder
    private let store: LocalStore
    private let metadata = OutputMetadata(source: "input/ü a.mov", sourceETag: "1-2", settings: "crf=24", version: "1")

    init() throws {
        folder = try TemporaryFolder()
        store = LocalStore(root: folder.path)
    }

    private func free(_ key: String) -> OutputName { OutputName(key: key, replaces: .nothing) }

    private func stage(_ key: String, _ text: String) throws -> any StagedObject {
        let staged = try store.create(free(key), metadata: metadata, limit: nil)
        try Array(text.utf8).withUnsafeBytes { try staged.sink.write($0, at: 0) }
        return staged
    }

    private func content(_ key: String) throws -> String {
        String(decoding: try FileBytes.read(store.path(key)), as: UTF8.self)
    }

    @Test("an object appears only when it is published")
    func publishing() throws {
        let object = try stage("output/a/b.mp4", "whole")
        #expect(try store.describe("output/a/b.mp4") == nil)
        #expect(try object.publish(as: free("output/a/b.mp4")))
        #expect(try content("output/a/b.mp4") == "whole")
        #expect(try folder.files() == ["output/a/b.mp4"])
    }

    @Test("metadata is stored if the file system has extended attributes")
    func metadataRoundTrip() throws {
        _ = try stage("a.mp4", "x").publish(as: free("a.mp4"))
        let probe = store.path("probe")
        try FileBytes.write([], to: probe)
        let isKept = XattrMetadata.write(metadata, to: probe)
        #expect(try store.describe("a.mp4")?.metadata == (isKept ? metadata : nil))
    }

    @Test("publishing replaces only what the name allows")
    func replacing() throws {
        try store.put("a.mp4", Array("old".utf8))
        let object = try stage("a.mp4", "new")
        #expect(try !object.publish(as: free("a.mp4")))
        #expect(try content("a.mp4") == "old")
        #expect(try object.publish(as: free("b.mp4")))
        #expect(try content("b.mp4") == "new")
        let etag = try #require(try store.describe("a.mp4")).etag
        let newer = try stage("a.mp4", "newer")
        #expect(try !newer.publish(as: OutputName(key: "a.mp4", replaces: .object(etag: "another"))))
        #expect(try newer.publish(as: OutputName(key: "a.mp4", replaces: .object(etag: etag))))
        #expect(try content("a.mp4") == "newer")
        #expect(try folder.files() == ["a.mp4", "b.mp4"])
    }

    @Test("a discarded object leaves nothing")
    func discarding() throws {
        try stage("a.mp4", "half").discard()
        #expect(try folder.files().isEmpty)
    }

    @Test("staged files that no process has open are removed, also where a process here has their number")
    func abandonedFiles() throws {
        try FileBytes.write([1], to: folder(".a.mp4.999999999-1.partial"))
        // In containers, processes get the same numbers again and again.
        try FileBytes.write([1], to: folder(".a.mp4.\(getpid())-7.partial"))
        try FileBytes.write([1], to: folder(".other.mp4.999999999-1.partial"))
        try stage("a.mp4", "x").discard()
        #expect(try folder.files() == [".other.mp4.999999999-1.partial"])
    }

    /// In another container, the number of a process that writes means another process here, or none.
    @Test("a staged file that is being written is kept, whatever the number in its name", arguments: [999_999_999, 7])
    func unfinishedFilesOfOthers(process: Int) throws {
        let name = ".a.mp4.\(process)-1.partial"
        let sink = try FileSink(creating: folder(name))
        try stage("a.mp4", "x").discard()
        #expect(try folder.files() == [name])
        try sink.synchronize()
    }

    @Test("keys are in byte order, and links to folders are not followed")
    func listing() throws {
        for name in ["input/b.mp4", "input/a/z.mp4", "input/é.mp4", "input/B.mp4", "elsewhere/x.mp4"] {
            try FileBytes.write([1], to: folder(name))
        }
        _ = try Command(["ln", "-s", "..", folder("input/loop")]).run()
        _ = try Command(["ln", "-s", "nothing", folder("input/gone.mp4")]).run()
        #expect(
            try store.keys(below: "input/") == [
                "input/B.mp4", "input/a/z.mp4", "input/b.mp4", "input/gone.mp4", "input/é.mp4",
            ])
    }

    @Test("a changed file has another ETag")
    func etags() throws {
        try store.put("a", [1, 2])
        let before = try #require(try store.describe("a")).etag
        try store.put("a", [1, 2])
        #expect(try store.describe("a")?.etag != before)
        #expect(try store.open("a").etag == store.describe("a")?.etag)
    }

    @Test("a missing file is reported as no source")
    func missingFile() {
        let error = #expect(throws: ReportedError.self) { try store.open("nothing.mp4") }
        #expect(error?.code == .noSource && error?.message.contains("nothing.mp4") == true)
    }
}
