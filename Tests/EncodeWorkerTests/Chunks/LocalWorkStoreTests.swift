import Containers
import Findings
import Glibc
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

struct LocalWorkStoreTests {
    private let folder: TemporaryFolder
    private let store: LocalStore

    init() throws {
        folder = try TemporaryFolder()
        store = LocalStore(root: folder.path)
    }

    private func stage(_ key: String, _ text: String) throws -> any StagedObject {
        let staged = try store.createWork(key)
        try Array(text.utf8).withUnsafeBytes { try staged.sink.write($0, at: 0) }
        return staged
    }

    @Test("an object is created once, and equal bytes are one's own")
    func creation() throws {
        #expect(try store.putNew("work/x/0.claim", [1, 2]))
        #expect(try !store.putNew("work/x/0.claim", [3]))
        // The answer to the first call was lost.
        #expect(try store.putNew("work/x/0.claim", [1, 2]))
        #expect(try store.contents("work/x/0.claim", limit: 10) == [1, 2])
        #expect(try folder.files() == ["work/x/0.claim"])
    }

    @Test("of many writers at one time, one creates it")
    func race() throws {
        let winners = Monitor<[UInt8]>([])
        var threads: [OwnedThread] = []
        for number in 0..<16 as Range<UInt8> {
            threads.append(
                try OwnedThread(named: "a writer") { [store] in
                    if (try? store.putNew("work/x/plan.json", [number])) == true {
                        winners.withLock { $0.append(number) }
                    }
                })
        }
        for thread in threads { thread.join() }
        #expect(try winners.withLock { $0 } == store.contents("work/x/plan.json", limit: 10))
        #expect(try folder.files() == ["work/x/plan.json"])
    }

    @Test("a listing has hidden files too, with sizes and times; a missing folder is empty")
    func listing() throws {
        #expect(try store.entries(below: "work/x/").isEmpty)
        _ = try store.putNew("work/x/1.claim", [1, 2, 3])
        _ = try store.putNew("work/x/0.claim", [1])
        let staged = try stage("work/x/0.chunk", "half")
        let found = try store.entries(below: "work/x/")
        #expect(found.map(\.size) == [4, 1, 3])
        #expect(found.map(\.key).suffix(2) == ["work/x/0.claim", "work/x/1.claim"])
        let identity = try FileBytes.identity(store.path("work/x/1.claim"))
        #expect(found[2].time == Int64(identity[1] * 1_000_000_000 + identity[2]))
        staged.discard()
        #expect(try store.entries(below: "work/x/").count == 2)
    }

    @Test("the first published chunk counts")
    func publishing() throws {
        let (one, other) = (try stage("work/x/0.chunk", "one"), try stage("work/x/0.chunk", "other"))
        #expect(try other.publish(as: .free("work/x/0.chunk")))
        #expect(try !one.publish(as: .free("work/x/0.chunk")))
        one.discard()
        #expect(try store.openWork("work/x/0.chunk")?.contents("", limit: 10) == Array("other".utf8))
        #expect(try folder.files() == ["work/x/0.chunk"])
    }

    @Test("nothing is left once everything is removed, not even folders")
    func removing() throws {
        _ = try store.putNew("work/x/0.claim", [1])
        _ = try stage("work/x/0.chunk", "of a killed process")
        try store.remove("work/x/0.claim")
        try store.remove("work/x/0.claim")
        try store.removeStaged(below: "work/x/")
        #expect(try folder.files().isEmpty)
        #expect(!FileBytes.exists(store.path("work")))
        // Another identity keeps the common folder.
        _ = try store.putNew("work/y/0.claim", [1])
        _ = try store.putNew("work/x/0.claim", [1])
        try store.remove("work/x/0.claim")
        try store.removeStaged(below: "work/x/")
        #expect(try folder.files() == ["work/y/0.claim"])
        #expect(!FileBytes.exists(store.path("work/x")))
    }

    @Test("a small object is read whole or not at all")
    func limit() throws {
        #expect(try store.contents("work/x/plan.json", limit: 10) == nil)
        _ = try store.putNew("work/x/plan.json", [1, 2, 3])
        #expect(try store.contents("work/x/plan.json", limit: 3) == [1, 2, 3])
        let error = #expect(throws: ReportedError.self) { try store.contents("work/x/plan.json", limit: 2) }
        #expect(error?.code == .limit)
    }
}
