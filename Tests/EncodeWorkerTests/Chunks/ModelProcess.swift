@testable import EncodeWorker

/// A worker in a model of the protocol: what it is about to do.
struct ModelProcess {
    enum Role: Equatable {
        case lead
        /// Started again after a crash, as AWS Batch does, or started by a lead, with which it ends.
        case helper(of: Int?)
    }

    /// What the process does outside of its lanes, a step at a time.
    enum Stage: Equatable {
        case checkOutput, readPlan, putPlan
        /// Another lead may have published the output before there was this plan; whoever does it later removes the plan.
        case checkAgain
        case lanes
        /// The listing that an assembly starts from.
        case listChunks
        case assemble([ChunkName], position: Int)
        case publish([ChunkName])
        /// The steps of `ChunkFinish`; the lead's helpers have been ended.
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
    /// The model's changes before that.
    var seenChanges = 0
    /// What a `remove` has not removed yet.
    var removing: [WorkName] = []
    var isEncoding = false
    var ending: ChunkLane.Ending?

    init(isLead: Bool) {
        program = ChunkLane(isLead: isLead)
    }
}
