import AWSCore
import Findings
import TestSupport
import Testing

@testable import EncodeWorker

struct WorkFolderTests {
    private let files: TemporaryFolder
    private let store: LocalStore
    private let folder: WorkFolder
    private let identity = WorkIdentity(
        source: "input/a.mov", sourceETag: "e", output: nil, settings: "crf=24", chunks: "auto", libraries: [])

    init() throws {
        files = try TemporaryFolder()
        store = LocalStore(root: files.path)
        folder = WorkFolder(identity, in: store)
    }

    @Test("who comes second reads the first one's value")
    func first() throws {
        #expect(try folder.first(.plan) { ["first"] } == ["first"])
        #expect(try folder.first(.plan) { ["second"] } == ["first"])
        #expect(try !folder.putNew(.plan, ["third"]))
        #expect(try folder.read(.plan) == ["first"])
        #expect(try files.files() == ["work/\(identity.digest)/plan.json"])
        #expect(WorkFolder(planKey: folder.planKey, in: store)?.prefix == folder.prefix)
        #expect(WorkFolder(planKey: "work/x/0.claim", in: store) == nil)
    }

    @Test("a claim names its worker; one that can't be read is nobody's")
    func claims() throws {
        let (name, worker) = (ChunkName(index: 3), ChunkWorker(AWSEnvironment(["AWS_BATCH_JOB_ID": "7f:1"])))
        #expect(try folder.putNew(.claim(name, generation: 1), worker))
        // Equal contents by another writer are not one's own.
        #expect(try !folder.putNew(.claim(name, generation: 1), worker))
        #expect(try folder.worker(of: .claim(name, generation: 1)) == worker)
        #expect(worker.job == "7f:1 attempt 1")
        #expect(try folder.worker(of: .claim(name, generation: 2)) == nil)
        #expect(try store.putNew(folder.key(.claim(name, generation: 2)), Array("{}".utf8)))
        #expect(try folder.worker(of: .claim(name, generation: 2)) == nil)
    }

    @Test("cleaning up leaves nothing, also of strange names and of killed writers")
    func cleaning() throws {
        _ = try folder.putNew(.plan, [1])
        _ = try folder.putNew(.claim(ChunkName(index: 0), generation: 1), [2])
        try FileBytes.write([1], to: files("work/\(identity.digest)/.0.chunk.999999999-1.partial"))
        try FileBytes.write([1], to: files("work/\(identity.digest)/notes.txt"))
        try folder.cleanUp()
        #expect(try files.files().isEmpty)
        #expect(!FileBytes.exists(files.path + "/work"))
        try folder.cleanUp()
    }

    @Test("a sweep leaves an encode that has a plan alone")
    func sweeping() throws {
        _ = try folder.putNew(.claim(ChunkName(index: 0), generation: 1), [2])
        _ = try folder.putNew(.plan, [1])
        try folder.sweep()
        #expect(try files.files().count == 2)
        try folder.remove(.plan)
        try folder.sweep()
        #expect(try files.files().isEmpty)
    }

    @Test("a plan that is no plan is an error")
    func unreadable() throws {
        #expect(try store.putNew(folder.planKey, Array("{".utf8)))
        let error = #expect(throws: ReportedError.self) { try folder.read(.plan, as: [Int].self) }
        #expect(error?.code == .inputOutput && error?.message.contains("plan.json") == true)
    }
}
