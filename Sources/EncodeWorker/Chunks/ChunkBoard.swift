import Threads

/// What the threads of a `ChunkSession` know of each other.
final class ChunkBoard: Sendable {
    /// A chunk that a thread of this process makes.
    struct Work: Sendable {
        var name: ChunkName
        /// Nil until it is encoded.
        var cancellation: Cancellation?
        var staged: (any StagedObject)?
        /// Whether another worker's file is there, so that this one was cancelled.
        var isOvertaken = false
    }

    private struct State: Sendable {
        var works: [Int: Work] = [:]
        var counts: ChunkCounts
        var hasLooked = false
        /// Whether another worker may be making the same chunk.
        var isContested = false
        /// Grows with everything that a waiting thread waits for.
        var changes = 0
        var ending = ChunkLane.Ending.nothingLeft
        /// The owners of claims, which don't change.
        var owners: [WorkName: ChunkWorker] = [:]
    }

    private let state: Monitor<State>

    init(count: Int) { state = Monitor(State(counts: ChunkCounts(total: count))) }

    var counts: ChunkCounts { state.withLock { $0.counts } }
    var changes: Int { state.withLock { $0.changes } }
    var isContested: Bool { state.withLock { $0.isContested } }
    var works: [Int: Work] { state.withLock { $0.works } }

    /// Takes a listing that decides nothing.
    func note(_ seen: ChunkState) {
        state.withLock { state in
            state.isContested = seen.isBegun
            if seen.hasPlan { Self.count(seen, &state) }
        }
    }

    private static func count(_ seen: ChunkState, _ state: inout State) {
        state.counts.done = seen.doneCount
        state.counts.bytes = seen.chunks.reduce(0) { $0 + $1.size }
    }

    func count(_ change: (inout ChunkCounts) -> Void) { state.withLock { change(&$0.counts) } }

    func change() { state.withLock { $0.changes += 1 } }

    /// - Parameter seen: `changes` before the listing that left nothing to do.
    func waitForChange(since seen: Int, atMost seconds: Double) {
        _ = state.wait(atMost: seconds) { $0.changes != seen }
    }

    /// Decides a lane's next step after a listing and reserves its chunk, so that no other lane decides the same.
    ///
    /// - Parameters:
    ///   - changes: of before the listing.
    ///   - held: chunks that other living processes of the machine make.
    /// - Returns: nil if another lane has ended a chunk since: the listing may show it as unfinished, and the lane is not
    ///   known to make it any more. A new listing is needed.
    func decide(
        _ lane: Int, _ program: inout ChunkLane, _ seen: ChunkState, since changes: Int, held: Set<Int>
    ) -> ChunkLane.Step? {
        let before = program
        let decided: (step: ChunkLane.Step, program: ChunkLane)? = state.withLock { state in
            guard state.changes == changes else { return nil }
            var program = before
            let others = state.works.filter { $0.key != lane }.map(\.value.name.index)
            let step = program.next(.saw(seen, excluded: held.union(others)))
            state.works[lane] = program.current.map { Work(name: $0) }
            Self.count(seen, &state)
            if !state.hasLooked { state.counts.foundDone = seen.doneCount }
            state.hasLooked = true
            state.isContested = seen.isBegun
            return (step, program)
        }
        guard let decided else { return nil }
        program = decided.program
        return decided.step
    }

    func update(_ lane: Int, _ change: (inout Work) -> Void) {
        state.withLock { state in
            guard var work = state.works[lane] else { return }
            change(&work)
            state.works[lane] = work
        }
    }

    /// Ends a lane's reservation and wakes those that wait.
    ///
    /// - Parameter current: what the lane still is about to make.
    func release(_ lane: Int, unless current: ChunkName? = nil) {
        state.withLock { state in
            guard current == nil, state.works.removeValue(forKey: lane) != nil else { return }
            state.changes += 1
        }
    }

    func owner(_ claim: WorkName) -> ChunkWorker? { state.withLock { $0.owners[claim] } }

    func keep(_ owner: ChunkWorker, of claim: WorkName) { state.withLock { $0.owners[claim] = owner } }

    /// Cancels what other workers have finished.
    func overtake(where isOvertaken: (ChunkName) -> Bool) {
        state.withLock { state in
            for (lane, work) in state.works where isOvertaken(work.name) {
                guard let cancellation = work.cancellation else { continue }
                state.works[lane]?.isOvertaken = true
                cancellation.cancel()
            }
        }
    }

    func end(_ ending: ChunkLane.Ending) {
        state.withLock { state in
            // The plan's removal is final; a lead's lane may still see everything complete.
            if state.ending != .planGone { state.ending = ending }
            state.changes += 1
        }
    }

    func takeEnding() -> ChunkLane.Ending {
        state.withLock { state in
            defer { state.ending = .nothingLeft }
            return state.ending
        }
    }

    func discard() {
        let staged = state.withLock { state in state.works.values.compactMap(\.staged) }
        for object in staged { object.discard() }
    }
}
