import Containers
import EncodeJob
import Findings
import Media
import TestSupport
import Testing

@testable import EncodeWorker

/// Who gets which output name.
struct JobPlaceTests {
    private let folder: TemporaryFolder
    private let store: LocalStore

    init() throws {
        folder = try TemporaryFolder()
        store = LocalStore(root: folder.path)
    }

    private func place(_ source: String) throws -> JobPlace {
        JobPlace(try #require(JobKeys(source: source)), in: store)
    }

    private func metadata(_ source: String, etag: String = "e", settings: String = "s") -> OutputMetadata {
        OutputMetadata(source: source, sourceETag: etag, settings: settings, version: "1")
    }

    /// An output that belongs to a source, by metadata where the file system keeps them, else by the source's report.
    private func publish(_ key: String, of metadata: OutputMetadata) throws {
        let name = OutputName(key: key, replaces: .anything)
        let pending = try store.create(name, metadata: metadata, limit: nil)
        try [UInt8](repeating: 7, count: 10).withUnsafeBytes { try pending.sink.write($0, at: 0) }
        _ = try pending.publish(as: name)
    }

    private func name(_ source: String) throws -> OutputName {
        let place = try place(source)
        return try place.outputName(place.outputNames(.mp4), metadata(source))
    }

    private var keepsMetadata: Bool {
        get throws {
            try FileBytes.write([], to: folder("probe"))
            return MetadataAttributes.write(metadata("x"), to: folder("probe"))
        }
    }

    @Test func aFreeNameIsTaken() throws {
        let name = try name("input/preserve/a.mov")
        #expect(name == OutputName(key: "output/preserve/a.mp4", replaces: .nothing))
    }

    @Test func anotherSourcesOutputIsLeftAlone() throws {
        try publish("output/preserve/a.mp4", of: metadata("input/preserve/a.avi"))
        let name = try name("input/preserve/a.mov")
        #expect(name == OutputName(key: "output/preserve/a.mov.mp4", replaces: .nothing))
    }

    @Test func aForeignFileIsLeftAlone() throws {
        try store.put("output/preserve/a.mp4", [1])
        try store.put("output/preserve/a.mov.mp4", [1])
        let error = #expect(throws: ReportedError.self) {
            try name("input/preserve/a.mov")
        }
        #expect(error?.message.contains("output/preserve/a.mov.mp4") == true)
    }

    @Test func itsOwnOlderOutputIsReplaced() throws {
        guard try keepsMetadata else { return }
        try publish("output/preserve/a.mp4", of: metadata("input/preserve/a.mov", settings: "old"))
        let name = try name("input/preserve/a.mov")
        let etag = try #require(try store.describe("output/preserve/a.mp4")).etag
        #expect(name == OutputName(key: "output/preserve/a.mp4", replaces: .object(etag: etag)))
    }

    @Test func onlyTheSameSourceAndSettingsAreFinished() throws {
        guard try keepsMetadata else { return }
        let place = try place("input/preserve/a.mov")
        try store.put(place.source, [UInt8](repeating: 1, count: 100))
        let wanted = WantedOutput(
            source: try store.open(place.source), sourceName: place.source, settings: ReportTests.settings)
        let own = wanted.metadata()
        #expect(try place.finished(wanted) == nil)
        for other in [
            metadata("input/a.mov", etag: own.sourceETag, settings: ReportTests.settings.digest()),
            OutputMetadata(stored: own.source, "f", own.settings, "1"),
            OutputMetadata(stored: own.source, own.sourceETag, "t", "1"),
        ] {
            try publish("output/preserve/a.mkv", of: other)
            #expect(try place.finished(wanted) == nil)
        }
        try publish("output/preserve/a.mkv", of: own)
        let finished = try #require(try place.finished(wanted))
        #expect(finished.key == "output/preserve/a.mkv" && finished.size == 10)
    }
}
