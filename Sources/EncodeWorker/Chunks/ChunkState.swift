/// A file that a listing of `work/<identity>/` has.
struct WorkEntry: Sendable, Equatable {
    var name: WorkName
    /// In bytes.
    var size: UInt64 = 0
    /// By the store's clock, in nanoseconds since 1970.
    var time: Int64
}

/// How far the chunks of a plan are: what a listing says.
struct ChunkState: Sendable, Equatable {
    struct Chunk: Sendable, Equatable {
        /// Of the newest claim or file. Files of older rounds don't count: a lead found that their seam doesn't match.
        var round = 0
        var isDone = false
        /// Of its file, in bytes; 0 until it is done.
        var size: UInt64 = 0
        /// How many claims there have been in this round; 0 for none.
        var generation = 0
        /// When the newest of these was made, by the store's clock.
        var claimed: Int64 = 0
        /// When its file was made, by the same clock; 0 until it is done.
        var finished: Int64 = 0
    }

    /// False once an output was published, and the chunks are of no use any more.
    var hasPlan = false
    var chunks: [Chunk]
    /// When the newest entry was made: about now, for a worker that has just published.
    private var newest: Int64 = 0

    /// A chunk that takes by so much longer than the longest so far is one of a lost machine, or of a very slow one.
    private static let patience = 1.5

    /// - Parameters:
    ///   - count: the plan's chunks.
    ///   - entries: of one listing; names of no chunk of the plan are ignored.
    init(count: Int, _ entries: some Sequence<WorkEntry>) {
        chunks = Array(repeating: Chunk(), count: count)
        for entry in entries {
            newest = max(newest, entry.time)
            switch entry.name {
            case .plan: hasPlan = true
            case .probe, .helpers, .helperJob: break
            case .chunk(let name):
                enter(name) {
                    $0.isDone = true
                    ($0.size, $0.finished) = (entry.size, entry.time)
                }
            case .claim(let name, let generation):
                enter(name) {
                    guard generation > $0.generation else { return }
                    ($0.generation, $0.claimed) = (generation, entry.time)
                }
            }
        }
    }

    private mutating func enter(_ name: ChunkName, _ change: (inout Chunk) -> Void) {
        guard chunks.indices.contains(name.index), name.round >= chunks[name.index].round else { return }
        if name.round > chunks[name.index].round { chunks[name.index] = Chunk(round: name.round) }
        change(&chunks[name.index])
    }

    /// When the chunks were begun, for the last time, that are begun and not done.
    ///
    /// - Parameter isCounted: by the newest claim of one.
    func unfinishedSince(where isCounted: (WorkName) throws -> Bool) rethrows -> [Int64] {
        try chunks.enumerated().filter { index, chunk in
            guard !chunk.isDone, let claim = claims(index).last else { return false }
            return try isCounted(claim)
        }.map(\.element.claimed)
    }

    var isComplete: Bool { chunks.allSatisfy(\.isDone) }
    var doneCount: Int { chunks.reduce(0) { $0 + ($1.isDone ? 1 : 0) } }
    /// Whether every chunk was begun, so that idle workers begin unfinished ones again.
    var isBegun: Bool { chunks.allSatisfy { $0.isDone || $0.generation > 0 } }

    func name(_ index: Int) -> ChunkName { ChunkName(index: index, round: chunks[index].round) }

    /// The claims of a chunk that is not done.
    func claims(_ index: Int) -> [WorkName] {
        guard chunks[index].generation > 0 else { return [] }
        return (1...chunks[index].generation).map { .claim(name(index), generation: $0) }
    }

    /// Whether the chunk takes much longer than those that are done.
    func isOverdue(_ index: Int) -> Bool {
        let durations = chunks.filter { $0.isDone && $0.generation == 1 }.map { $0.finished - $0.claimed }
        guard let longest = durations.max() else { return false }
        return Double(newest - chunks[index].claimed) > Double(longest) * Self.patience
    }

    /// The chunk that a worker takes: the first that nobody has begun; where all were begun, the one whose newest claim
    /// is the oldest, by the store's own time. So a lost machine costs one chunk and a slow one is overtaken, without
    /// clocks that agree.
    ///
    /// - Parameter isExcluded: whether a process is known to make the chunk now: other threads of the worker's own, or
    ///   living processes of its machine.
    /// - Returns: the chunk, and the number of the claim to be made; nil if there is nothing to take.
    func next(excluding isExcluded: (_ index: Int) -> Bool) -> (name: ChunkName, generation: Int)? {
        var oldest: Int?
        for (index, chunk) in chunks.enumerated() where !chunk.isDone && !isExcluded(index) {
            if chunk.generation == 0 { return (name(index), 1) }
            if oldest.map({ chunk.claimed < chunks[$0].claimed }) ?? true { oldest = index }
        }
        return oldest.map { (name($0), chunks[$0].generation + 1) }
    }
}
