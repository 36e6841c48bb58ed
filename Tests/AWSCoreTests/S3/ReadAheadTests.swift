import TestSupport
import Testing

@testable import AWSCore

@Suite("Read-ahead") struct ReadAheadTests {
    private static let block = ReadAhead.blockSize

    /// Ends every load that is planned, as threads would.
    private static func loadAll(_ readAhead: inout ReadAhead) {
        for index in readAhead.blocks.indices where readAhead.blocks[index].isPending {
            let block = readAhead.blocks[index]
            _ = readAhead.begin(block.id, within: nil)
            readAhead.note(block.range.count, of: block.id)
            readAhead.end(block.id, block.buffer, nil)
        }
    }

    @Test("The window grows with a sequential read") func sequential() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var offset: UInt64 = 0
        var ahead: [UInt64] = []
        for _ in 0..<200 {
            _ = readAhead.plan(offset)
            ahead.append((readAhead.blocks.map(\.range.upperBound).max() ?? 0) - offset)
            Self.loadAll(&readAhead)
            readAhead.advance(offset, by: 256 << 10)
            offset += 256 << 10
        }
        // It starts small, ends at all memory but one block, and is never above it.
        #expect(ahead[0] <= 512 << 10)
        #expect(ahead.suffix(50).allSatisfy { $0 > 20 << 20 })
        #expect(ahead.allSatisfy { $0 <= 32 << 20 })
    }

    @Test("Before a limit, little after it is requested; a read beyond it has a window again") func limit() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        let limit: UInt64 = 20 << 20
        readAhead.limit = limit
        var (offset, before): (UInt64, UInt64) = (0, 0)
        while offset < 60 << 20 {
            _ = readAhead.plan(offset)
            if offset < limit - 256 << 10 { before = readAhead.blocks.map(\.range.upperBound).max() ?? 0 }
            Self.loadAll(&readAhead)
            readAhead.advance(offset, by: 256 << 10)
            offset += 256 << 10
        }
        #expect((limit...(limit + UInt64(Self.block))).contains(before), "\(before)")
        #expect((readAhead.blocks.map(\.range.upperBound).max() ?? 0) - offset > 20 << 20)
    }

    @Test("Reads at random places request little") func random() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var random = SeededGenerator(seed: 1)
        var asked: UInt64 = 0
        for _ in 0..<100 {
            let offset = UInt64.random(in: 0..<(1 << 30), using: &random)
            _ = readAhead.plan(offset)
            asked += readAhead.blocks.filter(\.isPending).reduce(0) { $0 + UInt64($1.range.count) }
            Self.loadAll(&readAhead)
            readAhead.advance(offset, by: 1000)
        }
        #expect(asked <= 100 * (512 << 10))
    }

    /// Audio and video that lie apart are two streams, each with a window of its own.
    @Test("Two interleaved streams both get a window") func twoStreams() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var (one, two): (UInt64, UInt64) = (0, 500 << 20)
        for _ in 0..<100 {
            for offset in [one, two] {
                _ = readAhead.plan(offset)
                Self.loadAll(&readAhead)
                readAhead.advance(offset, by: 100_000)
            }
            one += 100_000
            two += 100_000
        }
        _ = readAhead.plan(one)
        _ = readAhead.plan(two)
        for offset in [one, two] {
            let end =
                readAhead.blocks.filter { $0.range.upperBound > offset && $0.range.lowerBound < offset + (64 << 20) }
                .map(\.range.upperBound).max() ?? offset
            #expect(end - offset > 2 << 20)
        }
    }

    @Test("Nothing after the object's end is requested") func objectEnd() {
        var readAhead = ReadAhead(size: 1000, memory: 32 << 20)
        _ = readAhead.plan(999)
        #expect(readAhead.blocks.map(\.range) == [999..<1000])
    }

    @Test("A failed block is requested again") func failedBlock() throws {
        var readAhead = ReadAhead(size: 1 << 20, memory: 8 << 20)
        _ = readAhead.plan(0)
        let first = readAhead.blocks[0]
        _ = readAhead.begin(first.id, within: nil)
        readAhead.end(first.id, first.buffer, AWSError(.transport, message: "m"))
        guard case .failed = readAhead.blocks[0].progress else {
            Issue.record("not failed")
            return
        }
        readAhead.remove(0)
        _ = readAhead.plan(0)
        #expect(readAhead.blocks.contains { $0.range.contains(0) && $0.isPending && $0.id != first.id })
    }

    /// Whatever is read, blocks don't overlap, lie inside the object, and keep within the memory.
    @Test("Blocks never overlap, leave the object or exceed the memory", arguments: 1...20) func invariants(
        _ seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let size = UInt64.random(in: 1...(200 << 20), using: &random)
        let memory = Int.random(in: 1...10, using: &random) * (4 << 20)
        var readAhead = ReadAhead(size: size, memory: memory)
        let limit = max(2, memory / Self.block)
        var loading: [(id: Int, buffer: PartBuffer)] = []
        var offset: UInt64 = 0
        for _ in 0..<600 {
            if Int.random(in: 0..<10, using: &random) == 0 { offset = UInt64.random(in: 0..<size, using: &random) }
            _ = readAhead.plan(offset)
            #expect(readAhead.index(of: offset) != nil)
            // Threads take what is queued, and end it some time.
            for index in readAhead.blocks.indices {
                if case .queued = readAhead.blocks[index].progress, Bool.random(using: &random) {
                    _ = readAhead.begin(readAhead.blocks[index].id, within: nil)
                    loading.append((readAhead.blocks[index].id, readAhead.blocks[index].buffer))
                }
            }
            while loading.count > 6 || Int.random(in: 0..<3, using: &random) > 0, !loading.isEmpty {
                let job = loading.remove(at: Int.random(in: loading.indices, using: &random))
                if let index = readAhead.index(id: job.id) {
                    readAhead.note(readAhead.blocks[index].range.count, of: job.id)
                }
                let fails = Int.random(in: 0..<12, using: &random) == 0
                readAhead.end(job.id, job.buffer, fails ? AWSError(.transport, message: "m") : nil)
            }
            let ranges = readAhead.blocks.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            #expect(ranges.allSatisfy { !$0.isEmpty && $0.upperBound <= size && $0.count <= Self.block })
            // One more for the moment, while a load that was given up lets go.
            #expect(readAhead.blocks.count <= limit + 1)
            if let index = readAhead.index(of: offset) {
                let block = readAhead.blocks[index]
                if case .failed = block.progress {
                    readAhead.remove(index)
                } else if block.count > Int(offset - block.range.lowerBound) {
                    let there = block.count - Int(offset - block.range.lowerBound)
                    let count = min(there, Int.random(in: 1...(1 << 20), using: &random))
                    readAhead.advance(offset, by: count)
                    offset += UInt64(count)
                }
            }
            if offset >= size { offset = 0 }
        }
    }
}
