import Containers
import Findings
import Threads

/// One worker's part in the chunks of a plan: performs the steps of `ChunkLane` on several threads, and those of
/// `ChunkFinish` where it is the lead.
final class ChunkSession: Sendable {
    /// Encodes a chunk into a sink: one file, written in order.
    ///
    /// - Parameters:
    ///   - chunk: its index in the plan.
    ///   - leadIn: how far back the decoder starts: 1 at first, and twice as much each time that the seam did not match.
    ///   - cancellation: of this chunk, within the session's.
    ///   - onInputEnd: to be called, from any thread, when all frames were read: the next chunk then begins.
    typealias Encode =
        @Sendable (
            _ chunk: Int, _ leadIn: Int, _ sink: any ByteSink, _ cancellation: Cancellation,
            _ onInputEnd: @escaping @Sendable () -> Void
        ) throws -> Void

    let folder: WorkFolder
    let worker: ChunkWorker
    let isLead: Bool
    let cancellation: Cancellation
    let encode: Encode
    let onEvent: @Sendable (ChunkEvent, ChunkCounts) -> Void
    let board: ChunkBoard
    private let count: Int
    let turns: ChunkTurns
    private let laneCount: Int
    private let watchSeconds: Double
    private let endHelpers: @Sendable () -> Void
    /// Seconds between looks at what other processes of the machine make.
    let waitSeconds: Double

    /// How often a chunk is made again, from two, four and eight chunks further ahead.
    private static let maxRounds = 3

    /// A chunk never begins with what the one before it saw there: the source has to be encoded in one piece.
    struct SeamsDiffer: Error {}

    /// - Parameters:
    ///   - count: the plan's chunks.
    ///   - isLead: whether it waits for other processes of the machine, and assembles.
    ///   - lanes: chunks at a time in this process.
    ///   - endHelpers: ends the helper processes that a lead started, and returns when nothing of theirs can reach the
    ///     store any more. Called before the folder is removed.
    ///   - waitSeconds: of a lead, between looks at what other processes of the machine make.
    ///   - watchSeconds: between looks for chunks that another worker has finished before.
    ///   - onEvent: called from any thread, with what has been done so far.
    init(
        _ folder: WorkFolder, count: Int, worker: ChunkWorker, isLead: Bool, lanes: Int,
        endHelpers: @escaping @Sendable () -> Void = {}, waitSeconds: Double = 1, watchSeconds: Double = 5,
        cancellation: Cancellation,
        onEvent: @escaping @Sendable (ChunkEvent, ChunkCounts) -> Void = { _, _ in }, encode: @escaping Encode
    ) {
        self.folder = folder
        self.count = count
        self.worker = worker
        self.isLead = isLead
        // One more than are fed: it begins while another one is drained.
        laneCount = lanes + 1
        turns = ChunkTurns(lanes)
        self.endHelpers = endHelpers
        self.waitSeconds = waitSeconds
        self.watchSeconds = watchSeconds
        self.cancellation = cancellation
        self.encode = encode
        self.onEvent = onEvent
        board = ChunkBoard(count: count)
    }

    /// A helper's work: makes chunks until none is left for it. Its output is the store's.
    ///
    /// - Throws: the first error of a chunk or of the store.
    func help() throws { _ = try makeChunks() }

    /// A lead's work: makes chunks until all are done, assembles them, and cleans up.
    ///
    /// - Parameter assemble: gets the chunks in order, and verifies and publishes the output. Errors of its sources must
    ///   come out of it as they are. It is called again after a seam that didn't match, or where a chunk was removed.
    /// - Returns: its value; nil if another job's output is there or the plan is gone: the caller starts from the
    ///   beginning, where it sees that output.
    /// - Throws: the first error of a chunk, of the store or of the assembly.
    func run<Value>(_ assemble: ([ChunkSource]) throws -> ChunkAssemblyEnd<Value>) throws -> Value? {
        while try makeChunks() == .complete {
            let state = ChunkState(count: count, try folder.list().entries)
            guard state.hasPlan, state.isComplete else { continue }
            let (ending, value) = try finish(state, assemble)
            switch ending {
            case .done: return value
            case .nameTaken:
                endHelpers()
                return nil
            case .again: continue
            }
        }
        endHelpers()
        return nil
    }

    /// Gives up what is being written, from another thread, where the process can't wait for an orderly end.
    func discard() { board.discard() }

    var counts: ChunkCounts { board.counts }

    // MARK: Chunks

    private func makeChunks() throws -> ChunkLane.Ending {
        let lanes = WorkQueue<Int, any Error>(named: "a chunk", threads: laneCount, within: cancellation) {
            [self] (lane, cancellation) in
            do {
                board.end(try ChunkLaneRun(self, lane, cancellation).run())
            } catch {
                board.change()
                throw error
            }
        }
        let watch = try ChunkWatch(self, every: watchSeconds)
        defer { watch.stop() }
        for lane in 0..<max(1, laneCount) { try lanes.add(lane) }
        try lanes.finish()
        try cancellation.check()
        return board.takeEnding()
    }

    // MARK: Assembly

    private func finish<Value>(
        _ state: ChunkState, _ assemble: ([ChunkSource]) throws -> ChunkAssemblyEnd<Value>
    ) throws -> (ending: ChunkFinish.Ending, value: Value?) {
        let finish = ChunkFinish()
        var value: Value?
        let answer: ChunkFinish.Answer
        let opened = OpenChunks()
        let chunks = state.chunks.indices.map {
            ChunkSource(state.name($0), size: state.chunks[$0].size, in: folder, opened)
        }
        do {
            switch try assemble(chunks) {
            case .done(let made):
                value = made
                answer = .assembled
            case .nameTaken: answer = .nameTaken
            case .seamMismatch(let index):
                guard state.chunks[index].round < Self.maxRounds else { throw SeamsDiffer() }
                answer = .mismatch(state.name(index))
            }
        } catch is ChunkSource.Missing { answer = .chunkMissing }
        switch finish.next(answer) {
        case .claim(let name, let generation):
            _ = try folder.putNew(.claim(name, generation: generation), worker)
            board.count { $0.again += 1 }
            return (.again, nil)
        case .end(let ending): return (ending, nil)
        case .assemble, .removePlan, .look, .remove:
            endHelpers()
            do { try folder.cleanUp() } catch { report(.notCleaned(error: "\(error)")) }
            return (.done, value)
        }
    }

    func report(_ event: ChunkEvent) { onEvent(event, board.counts) }
}
