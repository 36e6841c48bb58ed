import Threads

/// Ends the encoding of chunks that other workers have finished, so that no processor goes on for nothing. It only looks
/// where another worker may be making the same chunk.
final class ChunkWatch: Sendable {
    private let isStopped = Monitor(false)
    private let thread: OwnedThread

    /// - Throws: `ThreadError`.
    init(_ session: ChunkSession, every seconds: Double) throws(ThreadError) {
        thread = try OwnedThread(named: "the watch over chunks") { [isStopped] in
            while !isStopped.wait(atMost: seconds, until: { $0 }) {
                guard session.board.isContested, !session.board.works.isEmpty else { continue }
                // A store that fails is reported by the thread that needs it.
                guard let listing = try? session.folder.list() else { continue }
                let state = ChunkState(count: session.counts.total, listing.entries)
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
