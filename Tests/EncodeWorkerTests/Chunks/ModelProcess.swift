@testable import EncodeWorker

/// A worker in a model of the protocol: what it is about to do.
struct ModelProcess {
    enum Role {
        case lead
        /// Started by a lead, whose life it shares.
        case peer
        /// On another machine; started again after a crash, as AWS Batch does.
        case helper
    }

    /// What the process does outside of its lanes, a step at a time.
    enum Stage: Equatable {
        case checkOutput, readPlan, putPlan, lanes
        /// The listing that an assembly starts from.
        case listChunks
        case assemble([ChunkName], position: Int)
        case publish([ChunkName])
        /// The steps of `ChunkFinish`; the peers have been ended.
        case finish(ChunkFinish.Step, sweeps: [WorkName])
        /// A helper without a plan removes what it finds.
        case sweep(removing: [WorkName]?)
        case ended
    }

    let role: Role
    let owner: ModelStore.Owner
    var stage: Stage
    var lanes: [ModelLane] = []
    var isAlive = true
    /// What a waiting lane waits for.
    var changes = 0
    /// How often it started from the beginning.
    var rounds = 0

    init(_ role: Role, _ owner: ModelStore.Owner) {
        self.role = role
        self.owner = owner
        stage = role == .lead ? .checkOutput : .readPlan
    }

    var hasEnded: Bool { !isAlive || stage == .ended }
}

/// A thread of a process in a model of the protocol.
struct ModelLane {
    var program: ChunkLane
    var step = ChunkLane.Step.look
    /// The listing of a `look` that is not decided yet.
    var seen: [WorkEntry]?
    var seenChanges = 0
    /// What a `remove` has not removed yet.
    var removing: [WorkName] = []
    var isEncoding = false
    var ending: ChunkLane.Ending?

    init(isLead: Bool) {
        program = ChunkLane(isLead: isLead)
    }
}
