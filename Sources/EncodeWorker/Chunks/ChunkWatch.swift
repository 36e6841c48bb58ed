import Threads

/// Ends the encoding of chunks that other workers have finished, so that no processor goes on for nothing. It looks more
/// often where another worker may be making the same chunk.
final class ChunkWatch: Sendable {
    private let isStopped = Monitor(false)
    private let thread: OwnedThread

    /// Every which time it looks although, by the last listing, every other worker had a chunk of its own.
    private static let seldom = 12

    /// - Throws: `ThreadError`.
    init(_ session: ChunkSession, every seconds: Double) throws(ThreadError) {
        thread = try OwnedThread(named: "the watch over chunks") { [isStopped] in
            var round = 0
            while !isStopped.wait(atMost: seconds, until: { $0 }) {
                round += 1
                guard session.board.isContested || round % Self.seldom == 0, !session.board.works.isEmpty else {
                    continue
                }
                // A store that fails is reported by the thread that needs it.
                guard let listing = try? session.folder.list() else { continue }
                let state = ChunkState(count: session.counts.total, listing.entries)
                session.board.note(state)
                session.report(.looked)
                session.board.overtake { name in
                    !state.hasPlan || state.chunks[name.index].isDone || state.chunks[name.index].round > name.round
                }
            }
        }
    }

    deinit { stop() }

    func stop() {
        isStopped.withLock { $0 = true }
        thread.join()
    }
}
