import AWSCore
import TestSupport
import Testing

@testable import EncodeWorker

struct SourceClaimsTests {
    private let folder: TemporaryFolder
    private let store: LocalStore

    init() throws {
        folder = try TemporaryFolder()
        store = LocalStore(root: folder.path)
    }

    private func claims(_ change: (inout ChunkWorker) -> Void = { _ in }) -> SourceClaims {
        var worker = ChunkWorker(AWSEnvironment([:]))
        change(&worker)
        return SourceClaims(store: store, worker: worker)
    }

    @Test("a source belongs to the run that claims it first, until that has ended")
    func order() throws {
        let (one, other) = (claims { $0.machine = "a" }, claims { $0.machine = "b" })
        #expect(one.take("input/ü.mp4") == nil)
        #expect(one.take("input/v.mp4") == nil)
        let time = try #require(other.take("input/ü.mp4"))
        #expect(time > 0)
        one.release("input/ü.mp4")
        #expect(other.take("input/ü.mp4") == nil)
        other.release("input/ü.mp4")
        other.tidy()
        #expect(try folder.files().count == 1)
        one.release("input/v.mp4")
        one.tidy()
        #expect(!FileBytes.exists(folder.path + "/work"))
    }

    @Test("the claim of a run that was killed on this machine is free")
    func killed() {
        #expect(claims { $0.started += 1 }.take("input/a.mp4") == nil)
        #expect(claims().take("input/a.mp4") == nil)
        #expect(claims { $0.machine = "another" }.take("input/a.mp4") != nil)
    }

    @Test("a folder that refuses claims does without them")
    func refused() throws {
        try FileBytes.write([], to: folder("work"))
        #expect(claims().take("input/a.mp4") == nil)
        claims().tidy()
    }
}
