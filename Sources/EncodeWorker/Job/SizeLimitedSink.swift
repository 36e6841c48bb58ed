import Containers

/// Stops a transcode once its output is no smaller than the source.
final class SizeLimitedSink: ByteSink {
    private let sink: any ByteSink
    private let limit: UInt64

    /// - Parameter limit: bytes that the object must stay below.
    init(_ sink: any ByteSink, limit: UInt64) {
        self.sink = sink
        self.limit = limit
    }

    func reserveHead(capacity: UInt64) throws { try sink.reserveHead(capacity: capacity) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        guard offset + UInt64(bytes.count) < limit else { throw LimitReached() }
        try sink.write(bytes, at: offset)
    }

    /// The output reached the limit: an error, since only an error stops a transcode.
    struct LimitReached: Error {}
}
