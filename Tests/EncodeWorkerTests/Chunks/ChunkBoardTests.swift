import Testing

@testable import EncodeWorker

struct ChunkBoardTests {
    @Test("a listing from before another lane's end decides nothing: it shows that lane's chunk as unfinished")
    func staleListing() {
        let board = ChunkBoard(count: 2)
        let (made, other) = (ChunkName(index: 0), ChunkName(index: 1))
        let plan = WorkEntry(name: .plan, time: 1)
        let claims = [made, other].map { WorkEntry(name: .claim($0, generation: 1), time: 2) }
        let file = WorkEntry(name: .chunk(made), size: 1, time: 3)
        func decide(_ lane: Int, _ seen: [WorkEntry], since changes: Int, held: Set<Int> = []) -> ChunkLane.Step? {
            var program = ChunkLane(isLead: false)
            return board.decide(lane, &program, ChunkState(count: 2, seen), since: changes, held: held)
        }
        #expect(decide(0, [plan, claims[1]], since: 0, held: [1]) == .claim(made, generation: 1))
        #expect(decide(1, [plan] + claims, since: board.changes, held: [1]) == .end(.nothingLeft))
        let before = board.changes
        board.release(0)
        #expect(decide(1, [plan] + claims, since: before, held: [1]) == nil)
        #expect(decide(1, [plan, file] + claims, since: board.changes, held: [1]) == .end(.nothingLeft))
    }
}
