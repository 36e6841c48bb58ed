import Testing

@testable import EncodeWorker

struct ChunkStateTests {
    /// Names with the times of their objects.
    private func state(_ count: Int, _ entries: KeyValuePairs<String, Int64>) -> ChunkState {
        ChunkState(
            count: count, entries.compactMap { name, time in WorkName(name).map { WorkEntry(name: $0, time: time) } })
    }

    private func next(_ state: ChunkState, excluding: Set<Int> = []) -> WorkName? {
        state.next(excluding: { excluding.contains($0) }).map { .claim($0.name, generation: $0.generation) }
    }

    @Test("the first chunk without a claim comes first")
    func unclaimed() {
        let found = state(4, ["plan.json": 0, "0.claim": 1, "1.chunk": 2, "3.claim": 1])
        #expect(next(found) == WorkName("2.claim"))
        #expect(!found.isBegun && found.doneCount == 1)
        #expect(next(state(2, ["plan.json": 0])) == WorkName("0.claim"))
    }

    @Test("then the one whose newest claim is the oldest")
    func oldest() {
        let found = state(
            4, ["plan.json": 0, "0.claim": 1, "0.2.claim": 9, "1.claim": 5, "2.claim": 5, "3.claim": 2, "3.chunk": 3])
        #expect(found.isBegun)
        #expect(next(found) == WorkName("1.2.claim"))
        #expect(next(found, excluding: [1]) == WorkName("2.2.claim"))
        #expect(next(found, excluding: [1, 2]) == WorkName("0.3.claim"))
        #expect(next(found, excluding: [0, 1, 2]) == nil)
    }

    @Test("a chunk that has to be made again is not done, and a newer round counts")
    func rounds() {
        let found = state(2, ["plan.json": 0, "0.chunk": 1, "1.claim": 1, "1.chunk": 2, "1-1.claim": 3])
        #expect(!found.isComplete && found.name(1) == ChunkName(index: 1, round: 1))
        #expect(next(found) == WorkName("1-1.2.claim"))
        // The order of the entries makes no difference.
        #expect(state(2, ["1-1.claim": 3, "1.chunk": 2, "plan.json": 0, "1.claim": 1, "0.chunk": 1]) == found)
        #expect(state(2, ["plan.json": 0, "0.chunk": 1, "1.chunk": 2, "1-1.claim": 3, "1-1.chunk": 4]).isComplete)
    }

    @Test("names of other plans are ignored")
    func strangers() {
        let found = state(1, ["7.claim": 1, "0.chunk": 1, "probe.json": 1])
        #expect(!found.hasPlan && found.isComplete)
    }

    @Test("a chunk is overdue once it takes half as long again as the longest that is done")
    func overdue() {
        func found(_ newest: Int64) -> ChunkState {
            state(
                4,
                [
                    "plan.json": 0, "0.claim": 10, "0.chunk": 20, "1.claim": 10, "1.chunk": 30, "2.claim": 20,
                    "3.claim": newest,
                ])
        }
        #expect(!found(50).isOverdue(2) && found(51).isOverdue(2) && !found(51).isOverdue(3))
        // Without a chunk that is done, or with one that was taken over, nothing is known.
        #expect(!state(2, ["plan.json": 0, "0.claim": 1, "1.claim": 1000]).isOverdue(0))
        let takenOver = state(3, ["0.claim": 1, "0.2.claim": 5, "0.chunk": 6, "1.claim": 1, "2.claim": 1000])
        #expect(!takenOver.isOverdue(1))
    }

    @Test("an unfinished chunk was begun when its newest claim was made")
    func unfinishedSince() {
        let found = state(4, ["plan.json": 0, "0.claim": 1, "0.2.claim": 9, "1.claim": 5, "1.chunk": 7, "2.claim": 6])
        let all = found.unfinishedSince { _ in true }
        #expect(all == [9, 6])
        let some = found.unfinishedSince { $0.text == "2.claim" }
        #expect(some == [6])
    }
}
