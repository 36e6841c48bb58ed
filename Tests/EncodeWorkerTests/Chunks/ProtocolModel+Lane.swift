@testable import EncodeWorker

extension ProtocolModel {
    /// One step of a thread of a process.
    mutating func laneStep(_ index: Int, _ number: Int) {
        var lane = processes[index].lanes[number]
        let owner = processes[index].owner
        switch lane.step {
        case .look:
            if let seen = lane.seen {
                lane.seen = nil
                lane.removing = seen.map(\.name)
                let state = ChunkState(count: needed.count, seen)
                lane.step = lane.program.next(.saw(state, excluded: excluded(state, index, number)))
            } else {
                lane.seenChanges = changes
                lane.seen = store.entries
            }
        case .claim(let name, let generation):
            let isForced = mutation == .takeoverWithoutClaim && generation > 1
            let isNew = isForced || store.create(.claim(name, generation: generation), by: owner)
            lane.step = lane.program.next(.claimed(isNew: isNew))
        case .encode(let name):
            if !lane.isEncoding {
                lane.isEncoding = true
                encodes[name, default: 0] += 1
                counts.encodes += 1
            } else if random.index(3) == 0 {
                lane.isEncoding = false
                // The watch may see another worker's file, or not in time.
                let isOvertaken = store.contains(.chunk(name)) || !store.hasPlan
                let isSeen = isOvertaken && random.index(2) == 0
                lane.step = lane.program.next(.encoded(isWhole: !isSeen))
            }
        case .publish(let name):
            _ = store.create(.chunk(name), by: owner)
            lane.step = lane.program.next(.published)
        case .wait: lane.step = lane.program.next(.woken)
        case .remove:
            if let name = lane.removing.popLast() {
                store.remove(name)
            } else {
                lane.step = lane.program.next(.removed)
            }
        case .end: break
        }
        if case .end(let ending) = lane.step { lane.ending = ending }
        processes[index].lanes[number] = lane
    }

    private func excluded(_ state: ChunkState, _ index: Int, _ number: Int) -> Set<Int> {
        let process = processes[index]
        var excluded: Set<Int> = []
        for (other, lane) in process.lanes.enumerated() where other != number {
            if let name = lane.program.current { excluded.insert(name.index) }
        }
        for chunk in state.chunks.indices where !state.chunks[chunk].isDone {
            for claim in state.claims(chunk) {
                guard let owner = store.owner(of: claim), owner.machine == process.owner.machine,
                    owner != process.owner, !processes[owner.process].hasEnded
                else { continue }
                excluded.insert(chunk)
            }
            if mutation == .claimIsLock, state.chunks[chunk].generation > 0 { excluded.insert(chunk) }
        }
        return excluded
    }
}
