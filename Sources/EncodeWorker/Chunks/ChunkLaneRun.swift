import Findings
import Threads

/// Performs the steps of one `ChunkLane` on its thread.
struct ChunkLaneRun {
    private let session: ChunkSession
    private let lane: Int
    private let cancellation: Cancellation
    private var program: ChunkLane
    private var listing = WorkListing(entries: [], keys: [])
    /// Of the board, before that listing.
    private var seenChanges = 0
    /// Whether another worker had begun the claimed chunk.
    private var isTakeover = false
    private var turn: ChunkTurn?
    /// The chunk's file, until it is published.
    private var staged: (any StagedObject)?

    init(_ session: ChunkSession, _ lane: Int, _ cancellation: Cancellation) {
        self.session = session
        self.lane = lane
        self.cancellation = cancellation
        program = ChunkLane(isLead: session.isLead)
    }

    private var folder: WorkFolder { session.folder }
    private var board: ChunkBoard { session.board }

    /// - Throws: the first error; what was staged is discarded then.
    consuming func run() throws -> ChunkLane.Ending {
        defer {
            turn?.end()
            staged?.discard()
            board.release(lane)
        }
        var step = ChunkLane.Step.look
        while true {
            try cancellation.check()
            switch step {
            case .look: step = try look()
            case .claim(let name, let generation): step = try claim(name, generation)
            case .encode(let name): step = program.next(.encoded(isWhole: try encode(name)))
            case .publish(let name): step = try publish(name)
            case .wait:
                turn?.end()
                turn = nil
                board.waitForChange(since: seenChanges, atMost: session.waitSeconds)
                step = program.next(.woken)
            case .remove:
                try folder.remove(listing)
                step = program.next(.removed)
            case .end(let ending): return ending
            }
        }
    }

    private mutating func look() throws -> ChunkLane.Step {
        board.release(lane, unless: program.current)
        if turn == nil { turn = try session.turns.take(cancellation) }
        while true {
            seenChanges = board.changes
            listing = try folder.list()
            let state = ChunkState(count: session.counts.total, listing.entries)
            let held = state.hasPlan && state.isBegun ? try heldChunks(state) : []
            let step = board.decide(lane, &program, state, since: seenChanges, held: held)
            // A lead that waits for other workers is not stuck; chunks of its own show whether they are.
            if board.works.keys.allSatisfy({ $0 == lane }) { session.cancellation.progress.step() }
            session.report(.looked)
            if let step { return step }
        }
    }

    /// The unfinished chunks that other processes of the machine have claimed and live to make. For a helper also those
    /// of other machines, as long as these don't take much longer than usual: a lead has to wait for them anyway, and a
    /// helper's time costs money.
    private func heldChunks(_ state: ChunkState) throws -> Set<Int> {
        var held: Set<Int> = []
        for (index, chunk) in state.chunks.enumerated() where !chunk.isDone {
            let owners = try state.claims(index).map { try owner(of: $0) }
            if owners.contains(where: { $0?.isLivingMate(of: session.worker) == true }) { held.insert(index) }
            guard !session.isLead, let newest = owners.last, !state.isOverdue(index) else { continue }
            if newest?.isGone(for: session.worker) != true { held.insert(index) }
        }
        return held
    }

    private func owner(of claim: WorkName) throws -> ChunkWorker? {
        if let known = board.owner(claim) { return known }
        guard let found = try folder.worker(of: claim) else { return nil }
        board.keep(found, of: claim)
        return found
    }

    private mutating func claim(_ name: ChunkName, _ generation: Int) throws -> ChunkLane.Step {
        let isNew = try folder.putNew(.claim(name, generation: generation), session.worker)
        isTakeover = generation > 1
        return program.next(.claimed(isNew: isNew))
    }

    /// - Returns: false if another worker's file is there, or the plan is gone.
    private mutating func encode(_ name: ChunkName) throws -> Bool {
        let own = Cancellation(within: cancellation)
        board.update(lane) { $0.cancellation = own }
        if isTakeover { board.count { $0.takenOver += 1 } }
        session.report(.began(name))
        do {
            let object = try folder.create(name)
            staged = object
            board.update(lane) { $0.staged = object }
            try session.encode(name.index, 1 << name.round, object.sink, own) { [turn] in turn?.end() }
            turn?.end()
            turn = nil
            return true
        } catch {
            discard()
            try cancellation.check()
            guard try isOvertaken() else { throw error }
            lose(name)
            return false
        }
    }

    private mutating func publish(_ name: ChunkName) throws -> ChunkLane.Step {
        do {
            if try staged?.publish(as: .free(folder.key(.chunk(name)))) == true {
                staged = nil
                board.count { $0.made += 1 }
                session.report(.made(name))
            } else {
                discard()
                lose(name)
            }
        } catch {
            discard()
            try cancellation.check()
            guard try isOvertaken() else { throw error }
            lose(name)
        }
        return program.next(.published)
    }

    private func lose(_ name: ChunkName) {
        board.count { $0.lost += 1 }
        session.report(.lost(name))
    }

    /// Whether another worker's file or output explains an error: it removes what this one is writing.
    private func isOvertaken() throws -> Bool {
        if board.works[lane]?.isOvertaken == true { return true }
        return try !folder.list().hasPlan
    }

    private mutating func discard() {
        staged?.discard()
        staged = nil
    }
}
