import TestSupport

@testable import EncodeWorker

/// Workers that make the chunks of one plan, and their store: a schedule by a seed, with crashes before and after each
/// access to the store, workers that stand still for long, and several leads. The decisions are the product's.
struct ProtocolModel {
    /// A protocol that is wrong in one place.
    enum Mutation: CaseIterable {
        case claimIsLock, publishWithoutCondition, planRemovedLast, takeoverWithoutClaim
    }

    enum Violation: Error, Hashable {
        case noEnd, noOutput, severalOutputs, wrongChunks, leftBehind, encodedTooOften
    }

    var store = ModelStore()
    var processes: [ModelProcess] = []
    var counts = ProtocolCounts()
    let mutation: Mutation?
    /// How often each chunk has to be made again until its seam matches.
    let needed: [Int]
    var random: SeededGenerator
    private var crashesLeft: Int
    private let peerCount: Int
    private let laneCount: Int
    private let isDuplicated: Bool
    private var parties = 0
    var encodes: [ChunkName: Int] = [:]
    /// The step until which a process stands still.
    private var frozen: [Int: Int] = [:]

    private static let maxSteps = 20_000

    init(seed: UInt64, mutation: Mutation? = nil) {
        var random = SeededGenerator(seed: seed)
        self.mutation = mutation
        needed = (0..<(1 + random.index(5))).map { _ in [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][random.index(10)] }
        crashesLeft = random.index(6)
        peerCount = random.index(3)
        laneCount = 1 + random.index(2)
        let (leads, helpers) = (1 + random.index(4) / 3, random.index(3))
        isDuplicated = leads + helpers > 1
        let delay = random.index(300)
        self.random = random
        for _ in 0..<leads { start(.lead) }
        for _ in 0..<helpers { start(.helper) }
        // A duplicate event may come late.
        if leads > 1 { frozen[1] = delay }
    }

    private mutating func start(_ role: ModelProcess.Role) {
        parties += 1
        processes.append(ModelProcess(role, ModelStore.Owner(party: parties, name: 0)))
    }

    /// Runs until every worker has ended.
    ///
    /// - Throws: `Violation`.
    mutating func run() throws(Violation) {
        while processes.contains(where: { !$0.hasEnded }) {
            counts.steps += 1
            guard counts.steps < Self.maxSteps, let agent = nextAgent() else { throw .noEnd }
            let crash = crashesLeft > 0 && random.index(40) == 0 ? random.index(2) : nil
            if crash == 0 { self.crash(agent.process) } else { try step(agent) }
            if crash == 1 { self.crash(agent.process) }
        }
        if store.outputs.count > 1 { throw .severalOutputs }
        guard let output = store.outputs.first else { throw .noOutput }
        if output != needed { throw .wrongChunks }
        if !store.entries.isEmpty { throw .leftBehind }
        let limit = (isDuplicated ? parties : 1) + counts.crashes
        if encodes.values.contains(where: { $0 > limit }) { throw .encodedTooOften }
    }

    // MARK: The schedule

    private typealias Agent = (process: Int, lane: Int?)

    private mutating func nextAgent() -> Agent? {
        var ready: [Agent] = []
        var waiting: [Agent] = []
        for (index, process) in processes.enumerated() where !process.hasEnded {
            for agent in agents(of: process, index) {
                if frozen[index, default: 0] > counts.steps { waiting.append(agent) } else { ready.append(agent) }
            }
        }
        if ready.isEmpty { ready = waiting }
        if ready.isEmpty { return nil }
        let agent = ready[random.index(ready.count)]
        if random.index(60) == 0 { frozen[agent.process] = counts.steps + random.index(200) }
        return agent
    }

    private func agents(of process: ModelProcess, _ index: Int) -> [Agent] {
        guard process.stage == .lanes else { return [(index, nil)] }
        if process.lanes.allSatisfy({ $0.ending != nil }) { return [(index, nil)] }
        return process.lanes.indices.filter { lane in
            let lane = process.lanes[lane]
            return lane.ending == nil && (lane.step != .wait || lane.seenChanges != process.changes)
        }.map { (index, $0) }
    }

    private mutating func crash(_ index: Int) {
        let process = processes[index]
        guard process.isAlive, process.stage != .ended else { return }
        counts.crashes += 1
        crashesLeft -= 1
        end(index)
        switch process.role {
        case .lead:
            endPeers(of: process.owner.party)
            start(.lead)
        case .helper: start(.helper)
        case .peer: break
        }
    }

    private mutating func end(_ index: Int) {
        processes[index].isAlive = false
        guard processes[index].role == .peer else { return }
        let party = processes[index].owner.party
        for lead in processes.indices where processes[lead].role == .lead && processes[lead].owner.party == party {
            processes[lead].changes += 1
        }
    }

    private mutating func endPeers(of party: Int) {
        for index in processes.indices where processes[index].role == .peer && processes[index].owner.party == party {
            if processes[index].isAlive { end(index) }
        }
    }

    func living(_ party: Int) -> [Int] {
        processes.filter { $0.role == .peer && $0.owner.party == party && !$0.hasEnded }.map(\.owner.name)
    }

    // MARK: A step

    private mutating func step(_ agent: Agent) throws(Violation) {
        if let lane = agent.lane { return laneStep(agent.process, lane) }
        let index = agent.process
        let (owner, isLead) = (processes[index].owner, processes[index].role == .lead)
        switch processes[index].stage {
        case .checkOutput:
            processes[index].rounds += 1
            counts.maxRounds = max(counts.maxRounds, processes[index].rounds)
            processes[index].stage = store.outputs.isEmpty ? .readPlan : finishing(.assembled)
        case .readPlan:
            if store.hasPlan {
                begin(index)
            } else {
                processes[index].stage = isLead ? .putPlan : .sweep(removing: nil)
            }
        case .putPlan:
            _ = store.create(.plan, by: owner)
            processes[index].stage = .readPlan
        case .lanes:
            let isGone = processes[index].lanes.contains { $0.ending == .planGone }
            processes[index].lanes = []
            if isLead, isGone { endPeers(of: owner.party) }
            processes[index].stage = !isLead ? .ended : isGone ? .checkOutput : .listChunks
            if processes[index].stage == .ended { end(index) }
        case .listChunks:
            let state = ChunkState(count: needed.count, store.entries)
            if state.hasPlan, state.isComplete {
                processes[index].stage = .assemble(needed.indices.map(state.name), position: 0)
            } else {
                begin(index)
            }
        case .assemble(let names, let position): assemble(index, names, position)
        case .publish(let names):
            let isFree = store.outputs.isEmpty || mutation == .publishWithoutCondition
            endPeers(of: owner.party)
            if isFree {
                store.outputs.append(names.map(\.round))
                processes[index].stage = finishing(.assembled)
            } else {
                processes[index].stage = finishing(.nameTaken)
            }
        case .finish(let step, let sweeps): finish(index, step, sweeps)
        case .sweep(let removing): sweep(index, removing)
        case .ended: break
        }
    }

    /// Starts the lanes, and the peers of a lead.
    private mutating func begin(_ index: Int) {
        let isLead = processes[index].role == .lead
        processes[index].stage = .lanes
        processes[index].lanes = (0..<laneCount).map { _ in ModelLane(isLead: isLead) }
        let party = processes[index].owner.party
        guard isLead, living(party).isEmpty else { return }
        for _ in 0..<peerCount {
            let name = processes.filter { $0.owner.party == party }.count
            processes.append(ModelProcess(.peer, ModelStore.Owner(party: party, name: name)))
        }
    }

    private mutating func assemble(_ index: Int, _ names: [ChunkName], _ position: Int) {
        let name = names[position]
        if !store.contains(.chunk(name)) {
            processes[index].stage = finishing(.chunkMissing)
        } else if name.round < needed[name.index] {
            processes[index].stage = finishing(.mismatch(name))
        } else if position + 1 < names.count {
            processes[index].stage = .assemble(names, position: position + 1)
        } else {
            processes[index].stage = .publish(names)
        }
    }

    private func finishing(_ answer: ChunkFinish.Answer) -> ModelProcess.Stage {
        .finish(ChunkFinish().next(answer), sweeps: [])
    }

    private mutating func finish(_ index: Int, _ step: ChunkFinish.Step, _ sweeps: [WorkName]) {
        let isLast = mutation == .planRemovedLast
        switch step {
        case .claim(let name, let generation):
            _ = store.create(.claim(name, generation: generation), by: processes[index].owner)
            processes[index].stage = finishing(.claimed)
        case .removePlan:
            if !isLast { store.remove(.plan) }
            processes[index].stage = finishing(.planRemoved)
        case .look:
            let step = ChunkFinish().next(.saw(hasPlan: store.hasPlan && !isLast))
            let names = store.entries.map(\.name).filter { !isLast || $0 != .plan }
            processes[index].stage = .finish(step, sweeps: isLast && store.hasPlan ? names + [.plan] : names)
        case .remove:
            if let name = sweeps.first {
                store.remove(name)
                processes[index].stage = .finish(.remove, sweeps: Array(sweeps.dropFirst()))
            } else {
                processes[index].stage = finishing(.removed)
            }
        case .end(.done): processes[index].stage = .ended
        case .end(.again): processes[index].stage = .listChunks
        case .end(.nameTaken): processes[index].stage = .checkOutput
        case .assemble: processes[index].stage = .listChunks
        }
        if processes[index].stage == .ended { end(index) }
    }

    private mutating func sweep(_ index: Int, _ removing: [WorkName]?) {
        guard let removing else {
            processes[index].stage = .sweep(removing: store.hasPlan ? [] : store.entries.map(\.name))
            return
        }
        if let name = removing.first {
            store.remove(name)
            processes[index].stage = .sweep(removing: Array(removing.dropFirst()))
        } else {
            processes[index].stage = .ended
            end(index)
        }
    }
}

/// What an exploration went through.
struct ProtocolCounts {
    var schedules = 0
    var steps = 0
    var crashes = 0
    var encodes = 0
    /// How often a lead started from the beginning, at most.
    var maxRounds = 0

    mutating func add(_ other: ProtocolCounts) {
        schedules += 1
        steps += other.steps
        crashes += other.crashes
        encodes += other.encodes
        maxRounds = max(maxRounds, other.maxRounds)
    }
}

extension SeededGenerator {
    /// A number below a limit.
    mutating func index(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
