public import Containers
import Synchronization

/// Bytes in memory as a source; may fail on the way.
public final class MemorySource: ByteSource {
    public let size: UInt64
    private let bytes: [UInt8]
    private let failure: (offset: UInt64, error: any Error)?

    /// - Parameter failure: an error that every read at or behind an offset throws.
    public init(_ bytes: [UInt8], failure: (offset: UInt64, error: any Error)? = nil) {
        self.bytes = bytes
        self.failure = failure
        size = UInt64(bytes.count)
    }

    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let failure, offset + UInt64(buffer.count) > failure.offset { throw failure.error }
        guard offset < size else { return 0 }
        let range = Int(offset)..<min(Int(offset) + buffer.count, bytes.count)
        buffer.copyBytes(from: bytes[range])
        return range.count
    }
}

/// A sink that keeps everything in memory; may fail on the way, and holds writers to the protocol.
public final class MemorySink: ByteSink {
    private let state = Mutex(State())
    private let failure: (offset: UInt64, error: any Error)?

    private struct State: Sendable {
        var bytes: [UInt8] = []
        var headCapacity: UInt64?
        var violations: [String] = []
    }

    /// - Parameter failure: an error that every write reaching beyond an offset throws.
    public init(failure: (offset: UInt64, error: any Error)? = nil) {
        self.failure = failure
    }

    public var bytes: [UInt8] { state.withLock { $0.bytes } }
    public var headCapacity: UInt64? { state.withLock { $0.headCapacity } }
    /// What the writer did that the protocol forbids.
    public var violations: [String] { state.withLock { $0.violations } }

    public func reserveHead(capacity: UInt64) {
        state.withLock { state in
            if state.headCapacity != nil || !state.bytes.isEmpty { state.violations.append("the head came late") }
            state.headCapacity = capacity
        }
    }

    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        let end = Int(offset) + bytes.count
        if let failure, end > Int(failure.offset) { throw failure.error }
        let copy = Array(bytes)
        state.withLock { state in
            let head = state.headCapacity ?? 0
            let expected = max(UInt64(state.bytes.count), head)
            if offset != expected, end > head { state.violations.append("\(copy.count) bytes at \(offset)") }
            if state.bytes.count < end { state.bytes += [UInt8](repeating: 0, count: end - state.bytes.count) }
            state.bytes.replaceSubrange(Int(offset)..<end, with: copy)
        }
    }
}
