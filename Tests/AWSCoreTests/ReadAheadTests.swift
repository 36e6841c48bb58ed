import TestSupport
import Testing

@testable import AWSCore

struct ReadAheadTests {
    private static let segment = ReadAhead.segmentSize

    /// Ends every load that is planned, as threads would.
    private static func loadAll(_ readAhead: inout ReadAhead) {
        for index in readAhead.segments.indices where readAhead.segments[index].isPending {
            let segment = readAhead.segments[index]
            readAhead.change(index) { $0.progress = .loading }
            readAhead.note(segment.range.count, of: segment.id)
            readAhead.end(segment.id, segment.buffer, nil)
        }
    }

    @Test func windowGrowsWithASequentialRead() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var offset: UInt64 = 0
        var ahead: [UInt64] = []
        for _ in 0..<200 {
            readAhead.plan(offset)
            ahead.append((readAhead.segments.map(\.range.upperBound).max() ?? 0) - offset)
            Self.loadAll(&readAhead)
            readAhead.advance(offset, by: 256 << 10)
            offset += 256 << 10
        }
        // It starts small, ends at all memory but one segment, and is never above it.
        #expect(ahead[0] <= 512 << 10)
        #expect(ahead.suffix(50).allSatisfy { $0 > 20 << 20 })
        #expect(ahead.allSatisfy { $0 <= 32 << 20 })
    }

    @Test func seekingReadsAskForLittle() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var random = SeededGenerator(seed: 1)
        var asked: UInt64 = 0
        for _ in 0..<100 {
            let offset = UInt64.random(in: 0..<(1 << 30), using: &random)
            readAhead.plan(offset)
            asked += readAhead.segments.filter(\.isPending).reduce(0) { $0 + UInt64($1.range.count) }
            Self.loadAll(&readAhead)
            readAhead.advance(offset, by: 1000)
        }
        #expect(asked <= 100 * (512 << 10))
    }

    /// Audio and video that lie apart are two streams, each with a window of its own.
    @Test func twoInterleavedStreamsBothGrow() {
        var readAhead = ReadAhead(size: 1 << 30, memory: 32 << 20)
        var (one, two): (UInt64, UInt64) = (0, 500 << 20)
        for _ in 0..<100 {
            for offset in [one, two] {
                readAhead.plan(offset)
                Self.loadAll(&readAhead)
                readAhead.advance(offset, by: 100_000)
            }
            one += 100_000
            two += 100_000
        }
        readAhead.plan(one)
        readAhead.plan(two)
        for offset in [one, two] {
            let end =
                readAhead.segments.filter { $0.range.upperBound > offset && $0.range.lowerBound < offset + (64 << 20) }
                .map(\.range.upperBound).max() ?? offset
            #expect(end - offset > 2 << 20)
        }
    }

    @Test func endOfTheObjectIsNotPassed() {
        var readAhead = ReadAhead(size: 1000, memory: 32 << 20)
        readAhead.plan(999)
        #expect(readAhead.segments.map(\.range) == [999..<1000])
    }

    @Test func failedSegmentIsAskedForAnew() throws {
        var readAhead = ReadAhead(size: 1 << 20, memory: 8 << 20)
        readAhead.plan(0)
        let first = readAhead.segments[0]
        readAhead.change(0) { $0.progress = .loading }
        readAhead.end(first.id, first.buffer, AWSError(.transport, message: "m"))
        guard case .failed = readAhead.segments[0].progress else {
            Issue.record("not failed")
            return
        }
        readAhead.remove(0)
        readAhead.plan(0)
        #expect(readAhead.segments.contains { $0.range.contains(0) && $0.isPending && $0.id != first.id })
    }

    /// Whatever is read, segments don't overlap, lie inside the object, and keep within the memory.
    @Test(arguments: 1...20) func invariantsHold(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = UInt64.random(in: 1...(200 << 20), using: &random)
        let memory = Int.random(in: 1...10, using: &random) * (4 << 20)
        var readAhead = ReadAhead(size: size, memory: memory)
        let limit = max(2, memory / Self.segment)
        var loading: [(id: Int, buffer: PartBuffer)] = []
        var offset: UInt64 = 0
        for _ in 0..<600 {
            if Int.random(in: 0..<10, using: &random) == 0 { offset = UInt64.random(in: 0..<size, using: &random) }
            readAhead.plan(offset)
            #expect(readAhead.index(of: offset) != nil)
            // Threads take what is queued, and end it some time.
            for index in readAhead.segments.indices {
                if case .queued = readAhead.segments[index].progress, Bool.random(using: &random) {
                    readAhead.change(index) { $0.progress = .loading }
                    loading.append((readAhead.segments[index].id, readAhead.segments[index].buffer))
                }
            }
            while loading.count > 6 || Int.random(in: 0..<3, using: &random) > 0, !loading.isEmpty {
                let job = loading.remove(at: Int.random(in: loading.indices, using: &random))
                if let index = readAhead.index(id: job.id) {
                    readAhead.note(readAhead.segments[index].range.count, of: job.id)
                }
                let fails = Int.random(in: 0..<12, using: &random) == 0
                readAhead.end(job.id, job.buffer, fails ? AWSError(.transport, message: "m") : nil)
            }
            let ranges = readAhead.segments.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            #expect(ranges.allSatisfy { !$0.isEmpty && $0.upperBound <= size && $0.count <= Self.segment })
            // One more for the moment, while a load that was given up lets go.
            #expect(readAhead.segments.count <= limit + 1)
            if let index = readAhead.index(of: offset) {
                let segment = readAhead.segments[index]
                if case .failed = segment.progress {
                    readAhead.remove(index)
                } else if segment.count > Int(offset - segment.range.lowerBound) {
                    let there = segment.count - Int(offset - segment.range.lowerBound)
                    let count = min(there, Int.random(in: 1...(1 << 20), using: &random))
                    readAhead.advance(offset, by: count)
                    offset += UInt64(count)
                }
            }
            if offset >= size { offset = 0 }
        }
    }
}
