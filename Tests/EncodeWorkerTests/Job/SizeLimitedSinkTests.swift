import Containers
import TestSupport
import Testing

@testable import EncodeWorker

struct SizeLimitedSinkTests {
    private func write(_ count: Int, at offset: UInt64, _ sink: any ByteSink) throws {
        try [UInt8](repeating: 1, count: count).withUnsafeBytes { try sink.write($0, at: offset) }
    }

    @Test("bytes below the limit are passed on")
    func belowLimit() throws {
        let memory = MemorySink()
        let sink = SizeLimitedSink(memory, limit: 10)
        try sink.reserveHead(capacity: 4)
        try write(5, at: 4, sink)
        try write(4, at: 0, sink)
        #expect(memory.bytes.count == 9 && memory.headCapacity == 4 && memory.violations == [])
    }

    @Test("an output that is not smaller than the limit is stopped", arguments: [10, 11])
    func atLimit(count: Int) throws {
        let sink = SizeLimitedSink(MemorySink(), limit: 10)
        try sink.reserveHead(capacity: 0)
        #expect(throws: SizeLimitedSink.LimitReached.self) { try write(count, at: 0, sink) }
    }
}
