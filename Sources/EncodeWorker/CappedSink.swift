import Containers
import Media

/// Passes on what is written until it is no smaller than the source: going on would be in vain.
final class CappedSink: ByteSink {
    private let sink: any ByteSink
    private let limit: UInt64

    /// - Parameter limit: bytes that the object must stay below.
    init(_ sink: any ByteSink, limit: UInt64) {
        self.sink = sink
        self.limit = limit
    }

    func reserveHead(capacity: UInt64) throws { try sink.reserveHead(capacity: capacity) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        guard offset + UInt64(bytes.count) < limit else { throw OutputIsLarger() }
        try sink.write(bytes, at: offset)
    }

    /// The limit was reached.
    struct OutputIsLarger: Error {}
}
