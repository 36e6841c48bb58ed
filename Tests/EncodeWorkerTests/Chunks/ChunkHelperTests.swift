import AWSCore
import Containers
import Glibc
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// What a helper leaves alone.
struct ChunkHelperTests {
    private let files: TemporaryFolder
    private let folder: WorkFolder

    init() throws {
        files = try TemporaryFolder()
        folder = try WorkFolder(plannedIn: files)
    }

    private func helper(
        _ worker: ChunkWorker, count: Int, watchSeconds: Double = 60, _ encode: @escaping ChunkSession.Encode
    ) -> ChunkSession {
        ChunkSession(
            folder, count: count, worker: worker, isLead: false, lanes: 1, watchSeconds: watchSeconds,
            cancellation: Cancellation(), encode: encode)
    }

    /// - Parameter seconds: since 1970.
    private func setTime(_ seconds: Int, ofClaim index: Int) throws {
        let path = files(folder.key(.claim(ChunkName(index: index), generation: 1)))
        #expect(utimes(path, [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]) == 0)
    }

    @Test("a helper ends when only chunks that others make are left, and takes over those of lost ones")
    func takeover() throws {
        func attempt(_ number: Int) -> ChunkWorker {
            ChunkWorker(AWSEnvironment(["AWS_BATCH_JOB_ID": "7f:1", "AWS_BATCH_JOB_ATTEMPT": "\(number)"]))
        }
        let own = attempt(2)
        var (stranger, before, dead) = (attempt(1), attempt(1), own)
        (stranger.machine, stranger.job) = ("another", "7f:2 attempt 1")
        (before.machine, dead.process) = ("another", .max)
        let mate = try #require(ChunkSessionTests.other(own))
        for (index, owner) in [mate, stranger, before, dead].enumerated() {
            #expect(try folder.putNew(.claim(ChunkName(index: index), generation: 1), owner))
        }
        // However long the other chunks take here.
        try setTime(4_000_000_000, ofClaim: 1)
        try helper(own, count: 5) { _, _, sink, _, _ in try sink.reserveHead(capacity: 0) }.help()
        let state = ChunkState(count: 5, try folder.list().entries)
        #expect(state.chunks.map(\.isDone) == [false, false, true, true, true])
    }

    @Test("a helper takes over a stranger's chunk that is overdue") func overdue() throws {
        var stranger = ChunkWorker(AWSEnvironment([:]))
        stranger.machine = "another"
        #expect(try folder.putNew(.claim(ChunkName(index: 0), generation: 1), stranger))
        try setTime(1000, ofClaim: 0)
        try helper(ChunkWorker(AWSEnvironment([:])), count: 2) { _, _, sink, _, _ in
            try sink.reserveHead(capacity: 0)
        }.help()
        #expect(ChunkState(count: 2, try folder.list().entries).isComplete)
    }

    @Test("a helper whose plan is removed stops encoding, also if no other worker had its chunk")
    func planRemoved() throws {
        let session = helper(ChunkWorker(AWSEnvironment([:])), count: 3, watchSeconds: 0.01) {
            [folder] _, _, _, cancellation, _ in
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
