import AWSCore
import Glibc
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

struct ChunkWatchTests {
    @Test("a helper whose plan is removed stops encoding, also if no other worker had its chunk")
    func planRemoved() throws {
        let files = try TemporaryFolder()
        let identity = WorkIdentity(
            source: "input/a.mov", sourceETag: "e", output: nil, settings: "crf=24", chunks: "auto", libraries: [])
        let folder = WorkFolder(identity, in: LocalStore(root: files.path))
        _ = try folder.first(.plan) { ["a plan"] }
        let session = ChunkSession(
            folder, count: 3, worker: ChunkWorker(AWSEnvironment([:])), isLead: false, lanes: 1, watchSeconds: 0.01,
            cancellation: Cancellation()
        ) { _, _, _, cancellation, _ in
            try folder.cleanUp()
            for _ in 0..<2000 where !cancellation.isCancelled { usleep(5000) }
            try cancellation.check()
            Issue.record("it goes on")
        }
        try session.help()
        #expect(session.counts.made == 0 && session.counts.lost == 1)
        #expect(try files.files().isEmpty)
    }
}
