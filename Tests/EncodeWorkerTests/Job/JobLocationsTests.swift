import AWSCore
import Containers
import EncodeJob
import Findings
import JobReport
import Media
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// The names that outputs get.
struct JobLocationsTests {
    private let folder: TemporaryFolder
    private let store: LocalStore

    init() throws {
        folder = try TemporaryFolder()
        store = LocalStore(root: folder.path)
    }

    private func locations(_ source: String) throws -> JobLocations {
        JobLocations(try #require(JobKeys(source: source)), in: store)
    }

    private func metadata(_ source: String, etag: ETag = "e", settings: String = "s") -> OutputMetadata {
        OutputMetadata(source: source, sourceETag: etag, settings: settings, version: "1")
    }

    /// Publishes an output of a source.
    private func publish(_ key: String, of metadata: OutputMetadata) throws {
        let name = OutputName(key: key, replaces: .anything)
        let staged = try store.create(name, metadata: metadata, limit: nil)
        try [UInt8](repeating: 7, count: 10).withUnsafeBytes { try staged.sink.write($0, at: 0) }
        _ = try staged.publish(as: name)
    }

    private func name(_ source: String) throws -> OutputName {
        let locations = try locations(source)
        return try locations.outputName(locations.outputNames(.mp4), metadata(source))
    }

    private var storesMetadata: Bool {
        get throws {
            try FileBytes.write([], to: folder("probe"))
            return XattrMetadata.write(metadata("x"), to: folder("probe"))
        }
    }

    @Test("a free name is used")
    func freeName() throws {
        let name = try name("input/preserve/a.mov")
        #expect(name == OutputName(key: "output/preserve/a.mp4", replaces: .nothing))
    }

    @Test("names that are too long for the store are left out")
    func longNames() throws {
        // The name fits, and one extension more does not.
        let stem = String(repeating: "n", count: 250)
        let long = try locations("input/preserve/\(stem).mkv")
        #expect(long.allNames == ["output/preserve/\(stem).mp4", "output/preserve/\(stem).mkv"])
        #expect(try long.outputName(long.outputNames(.mp4), metadata("x")).key == "output/preserve/\(stem).mp4")
        #expect(long.report == nil)
        let tooLong = try locations("input/preserve/\(stem)nn.m")
        #expect(tooLong.outputNames(.mp4) == [])
        let error = #expect(throws: ReportedError.self) { try tooLong.outputName([], metadata("x")) }
        #expect(error?.code == .limit && error?.advice == "rename the source")
    }

    @Test("another source's output is not replaced")
    func otherSource() throws {
        try publish("output/preserve/a.mp4", of: metadata("input/preserve/a.avi"))
        let name = try name("input/preserve/a.mov")
        #expect(name == OutputName(key: "output/preserve/a.mov.mp4", replaces: .nothing))
    }

    @Test("a file that is not an output is not replaced")
    func foreignFile() throws {
        try store.put("output/preserve/a.mp4", [1])
        try store.put("output/preserve/a.mov.mp4", [1])
        let error = #expect(throws: ReportedError.self) {
            try name("input/preserve/a.mov")
        }
        #expect(error?.message.contains("output/preserve/a.mov.mp4") == true)
    }

    @Test("the source's own older output is replaced")
    func ownOutput() throws {
        guard try storesMetadata else { return }
        try publish("output/preserve/a.mp4", of: metadata("input/preserve/a.mov", settings: "old"))
        let name = try name("input/preserve/a.mov")
        let etag = try #require(try store.describe("output/preserve/a.mp4")).etag
        #expect(name == OutputName(key: "output/preserve/a.mp4", replaces: .object(etag: etag)))
    }

    @Test("only an output of the same source and settings is finished")
    func finished() throws {
        guard try storesMetadata else { return }
        let locations = try locations("input/preserve/a.mov")
        try store.put(locations.source, [UInt8](repeating: 1, count: 100))
        let identity = OutputIdentity(
            source: try store.open(locations.source), sourceName: locations.source, options: testOptions)
        let own = identity.metadata()
        #expect(try locations.finished(identity) == nil)
        for other in [
            metadata("input/a.mov", etag: own.sourceETag, settings: testOptions.digest()),
            OutputMetadata(stored: own.source, "f", own.settings, "1"),
            OutputMetadata(stored: own.source, own.sourceETag, "t", "1"),
        ] {
            try publish("output/preserve/a.mkv", of: other)
            #expect(try locations.finished(identity) == nil)
        }
        try publish("output/preserve/a.mkv", of: own)
        let finished = try #require(try locations.finished(identity))
        #expect(finished.key == "output/preserve/a.mkv" && finished.size == 10)
    }

    @Test("a source that was replaced or deleted during the job is noticed")
    func replacedSource() throws {
        let key = "input/preserve/a.mov"
        try FileBytes.write([1], to: folder(key))
        let locations = try locations(key)
        var opened = try store.open(key)
        try locations.check(opened)
        try FileBytes.write([1, 2], to: folder(key))
        #expect(throws: locations.overwritten(.job)) { try locations.check(opened) }
        // The job is about an older version, and knows that there is a newer one.
        opened.newerETag = "newer"
        try locations.check(opened)
        _ = try Command(["rm", folder(key)]).run()
        let error = #expect(throws: ReportedError.self) { try locations.check(opened) }
        #expect(error?.code == .noSource)
    }

    @Test("the watch cancels a job whose source was replaced, and passes over what may pass")
    func watch() throws {
        let replaced = try locations("input/preserve/a.mov").overwritten(.job)
        let looks = Counter()
        let cancellation = Cancellation()
        let watch = SourceWatch(every: 0.001, cancellation) {
            switch looks.next() {
            case 1: throw ReportedError(.inputOutput, .job, "no connection")
            case 2: return
            default: throw replaced
            }
        }
        defer { watch.stop() }
        try Wait.until("the cancellation") { cancellation.isCancelled }
        #expect(throws: replaced) { try cancellation.check() }
        #expect(looks.next() == 4)
    }
}
