/// What one thread of a worker does for the chunks of a plan, as a pure value: each step is an access to the store or the
/// work itself, and its answer decides the next. `ChunkSession` performs the steps; the tests explore them.
struct ChunkLane: Sendable {
    enum Step: Sendable, Equatable {
        /// List the folder.
        case look
        /// Create the claim with this number.
        case claim(ChunkName, generation: Int)
        /// Encode the chunk, without publishing it.
        case encode(ChunkName)
        /// Publish it under its name, if that is free.
        case publish(ChunkName)
        /// Wait until another thread of the worker, or another process of its machine, ends something.
        case wait
        /// Remove everything that the last listing has.
        case remove
        case end(Ending)
    }

    enum Ending: Sendable, Equatable {
        /// Every chunk is done.
        case complete
        /// There is nothing to do for a helper: what is unfinished is being made on its own machine.
        case nothingLeft
        /// Another lead has published the output.
        case planGone
    }

    enum Answer: Sendable {
        /// - Parameter excluded: the chunks that other threads of the worker, or living processes of its machine, make.
        case saw(ChunkState, excluded: Set<Int>)
        /// - Parameter isNew: false if another worker was faster.
        case claimed(isNew: Bool)
        /// - Parameter isWhole: false if another worker's chunk is there, so that the rest was not encoded.
        case encoded(isWhole: Bool)
        case published
        case woken
        case removed
    }

    /// Whether it waits for other processes of the machine, to assemble at the end.
    let isLead: Bool
    /// The chunk that it makes or is about to make; no other thread of the process takes it.
    private(set) var current: ChunkName?

    init(isLead: Bool) {
        self.isLead = isLead
    }

    /// Whether `current` is claimed, and not yet begun.
    private var isClaimed = false

    mutating func next(_ answer: Answer) -> Step {
        switch answer {
        case .saw(let state, let excluded): return decide(state, excluded)
        case .claimed(isNew: true):
            // The listing that led to the claim may be old: another worker may have published the chunk, or the output.
            isClaimed = true
            return .look
        case .encoded(isWhole: true):
            if let current { return .publish(current) }
        case .claimed(isNew: false), .encoded(isWhole: false), .published, .woken: break
        case .removed: return .end(.planGone)
        }
        current = nil
        return .look
    }

    private mutating func decide(_ state: ChunkState, _ excluded: Set<Int>) -> Step {
        let claimed = isClaimed ? current : nil
        (current, isClaimed) = (nil, false)
        // A worker looks after it has published: so this finds what it has left.
        guard state.hasPlan else { return .remove }
        if let claimed, state.name(claimed.index) == claimed, !state.chunks[claimed.index].isDone {
            current = claimed
            return .encode(claimed)
        }
        if state.isComplete { return .end(isLead ? .complete : .nothingLeft) }
        guard let (name, generation) = state.next(excluding: { excluded.contains($0) }) else {
            return isLead ? .wait : .end(.nothingLeft)
        }
        current = name
        return .claim(name, generation: generation)
    }
}
