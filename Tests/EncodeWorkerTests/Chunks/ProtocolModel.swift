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
    private let helperCount: Int
    private let laneCount: Int
    private let machineCount: Int
    /// Processes that no lead has started.
    private var starts = 0
    private var ends = 0
    var encodes: [ChunkName: Int] = [:]
    /// The step until which a process stands still.
    private var frozen: [Int: Int] = [:]

    private static let maxSteps = 20_000

    init(seed: UInt64, mutation: Mutation? = nil) {
        var random = SeededGenerator(seed: seed)
        self.mutation = mutation
        needed = (0..<(1 + random.index(5))).map { _ in [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][random.index(10)] }
        crashesLeft = random.index(6)
        helperCount = random.index(3)
        machineCount = 1 + random.index(3)
        laneCount = 1 + random.index(2)
        let (leads, helpers) = (1 + random.index(4) / 3, random.index(3))
        let delay = random.index(300)
        self.random = random
        for _ in 0..<leads { start(.lead) }
        for _ in 0..<helpers { start(.helper(of: nil)) }
        // A duplicate event may come late.
        if leads > 1 { frozen[1] = delay }
    }

    private mutating func start(_ role: ModelProcess.Role) {
        starts += 1
        let machine = random.index(machineCount)
        processes.append(ModelProcess(role, ModelStore.Owner(machine: machine, process: processes.count)))
    }

    /// Grows with everything that another worker can see.
    var changes: Int { store.operations + ends }

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
        // On one machine every process sees which others live: nothing is made twice unless a process was lost.
        let limit = (machineCount > 1 ? starts : 1) + counts.crashes
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
            return lane.ending == nil && (lane.step != .wait || lane.seenChanges != changes)
        }.map { (index, $0) }
    }

    private mutating func crash(_ index: Int) {
        let process = processes[index]
        guard process.isAlive, process.stage != .ended else { return }
        counts.crashes += 1
        crashesLeft -= 1
        end(index)
        switch process.role {
        case .lead: start(.lead)
        case .helper(of: nil): start(.helper(of: nil))
        case .helper: break
        }
    }

    /// Ends a process, and those that it has started.
    private mutating func end(_ index: Int) {
        processes[index].isAlive = false
        ends += 1
        endHelpers(of: index)
    }

    private mutating func endHelpers(of lead: Int) {
        for index in helpers(of: lead) { end(index) }
    }

    /// The processes that a lead has started and that live.
    private func helpers(of lead: Int) -> [Int] {
        processes.indices.filter { processes[$0].role == .helper(of: lead) && !processes[$0].hasEnded }
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
                if isLead { processes[index].stage = .checkAgain } else { begin(index) }
            } else {
                processes[index].stage = isLead ? .putPlan : .sweep(removing: nil)
            }
        case .putPlan:
            _ = store.create(.plan, by: owner)
            processes[index].stage = .readPlan
        case .checkAgain:
            if store.outputs.isEmpty { begin(index) } else { processes[index].stage = finishing(.assembled) }
        case .lanes:
            let isGone = processes[index].lanes.contains { $0.ending == .planGone }
            processes[index].lanes = []
            if isLead, isGone { endHelpers(of: index) }
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
            endHelpers(of: index)
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

    /// Starts the lanes, and a lead's helpers.
    private mutating func begin(_ index: Int) {
        let isLead = processes[index].role == .lead
        processes[index].stage = .lanes
        processes[index].lanes = (0..<laneCount).map { _ in ModelLane(isLead: isLead) }
        guard isLead, helpers(of: index).isEmpty else { return }
        let machine = processes[index].owner.machine
        for _ in 0..<helperCount {
            let owner = ModelStore.Owner(machine: machine, process: processes.count)
            processes.append(ModelProcess(.helper(of: index), owner))
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
