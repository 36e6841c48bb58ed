import Containers
import Media
import TestSupport
import Testing

@testable import EncodeWorker

struct CappedSinkTests {
    private func write(_ count: Int, at offset: UInt64, _ sink: any ByteSink) throws {
        try [UInt8](repeating: 1, count: count).withUnsafeBytes { try sink.write($0, at: offset) }
    }

    @Test func passesOnWhatStaysBelowTheLimit() throws {
        let memory = MemorySink()
        let sink = CappedSink(memory, limit: 10)
        try sink.reserveHead(capacity: 4)
        try write(5, at: 4, sink)
        try write(4, at: 0, sink)
        #expect(memory.bytes.count == 9 && memory.headCapacity == 4 && memory.violations == [])
    }

    @Test(arguments: [10, 11])
    func endsWhereTheOutputIsNoSmaller(count: Int) throws {
        let sink = CappedSink(MemorySink(), limit: 10)
        try sink.reserveHead(capacity: 0)
        #expect(throws: CappedSink.OutputIsLarger.self) { try write(count, at: 0, sink) }
    }
}
