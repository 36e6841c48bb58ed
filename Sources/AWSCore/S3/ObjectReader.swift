import Threads

/// Random access to an object of S3, with read-ahead over parallel ranged GETs ("GetObject") by threads of its own.
///
/// It stays with the object that it opened: every request carries its ETag, and an object that was replaced meanwhile is
/// an error of kind `modified`. Used from one thread. The client's cancellation makes a read that waits fail with an error
/// of kind `cancelled` within about a second.
public final class ObjectReader {
    private struct State {
        var readAhead: ReadAhead
        var isClosed = false
    }

    public let location: ObjectLocation
    /// Size, ETag and metadata when the object was opened.
    public let attributes: ObjectAttributes
    private let state: Monitor<State>
    /// Takes ids of blocks. A block that fails is an answer to the read that waits for it and ends no other.
    private let queue: WorkQueue<Int, Never>

    /// Opens an object by "HeadObject".
    ///
    /// - Parameters:
    ///   - etag: which the object must have, where the caller knows it.
    ///   - memory: for read-ahead, in bytes.
    ///   - threads: requests at a time.
    /// - Throws: `AWSError`.
    public init(
        _ client: S3Client, _ location: ObjectLocation, etag: ETag? = nil, memory: Int = 32 << 20, threads: Int = 6
    ) throws(AWSError) {
        let attributes = try client.headObject(location)
        if let etag, etag != attributes.etag {
            throw location.error(.modified, "HeadObject", "the object was modified before it was opened")
        }
        self.location = location
        self.attributes = attributes
        let state = Monitor(State(readAhead: ReadAhead(size: attributes.size, memory: memory)))
        self.state = state
        queue = WorkQueue(named: "reading ahead", threads: threads, within: client.cancellation) { id, cancellation in
            Self.load(id, state, client, location, attributes, cancellation)
        }
    }

    deinit { close() }

    /// The object's size in bytes.
    public var size: UInt64 { attributes.size }

    /// Reads some bytes at an offset: as many as are there at once, at least one.
    ///
    /// - Returns: the count; 0 at the end and after it, and for an empty buffer.
    /// - Throws: `AWSError`. Another read of the same place tries again.
    public func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(AWSError) -> Int {
        guard offset < size, !target.isEmpty else { return 0 }
        let blocks = state.withLock { $0.readAhead.plan(offset) }
        do throws(ThreadError) {
            for id in blocks { try queue.add(id) }
        } catch {
            state.withLock { $0.readAhead.dropQueued() }
            throw location.error(.transport, "GetObject", error.description)
        }
        return try wait(offset, target).get()
    }

    /// Requests nothing ahead of an offset that is after it, until a read goes beyond it: who reads a part of the object
    /// needs no more.
    public func limitReadAhead(to offset: UInt64) { state.withLock { $0.readAhead.limit = offset } }

    /// Ends the threads; requests under way are cut. Reading isn't possible afterwards.
    public func close() {
        state.withLock { $0.isClosed = true }
        queue.cancel()
    }

    private func wait(_ offset: UInt64, _ target: UnsafeMutableRawBufferPointer) -> Result<Int, AWSError> {
        // Only this thread reads `target`; the monitor's closure runs on it too.
        nonisolated(unsafe) let target = target
        let location = location
        return state.wait { state in
            if state.isClosed { return .failure(location.error(.cancelled, "GetObject", "closed")) }
            guard let index = state.readAhead.index(of: offset) else {
                return .failure(location.error(.cancelled, "GetObject", "not planned"))
            }
            let block = state.readAhead.blocks[index]
            let start = Int(offset - block.range.lowerBound)
            if block.count > start {
                let count = min(block.count - start, target.count)
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: block.buffer.bytes[start..<(start + count)]))
                state.readAhead.advance(offset, by: count)
                return .success(count)
            }
            guard case .failed(let error) = block.progress else { return nil }
            state.readAhead.remove(index)
            return .failure(error)
        }
    }

    private static func load(
        _ id: Int, _ state: Monitor<State>, _ client: S3Client, _ location: ObjectLocation,
        _ attributes: ObjectAttributes, _ cancellation: Cancellation
    ) {
        // A block that was abandoned meanwhile needs no request.
        guard let request = state.withLock({ $0.readAhead.begin(id, within: cancellation) }) else { return }
        let failure: AWSError?
        do {
            try client.getObject(
                location, range: request.range, of: attributes, into: request.buffer.bytes,
                cancellation: request.cancellation,
                received: { count in state.withLock { $0.readAhead.note(count, of: id) } })
            failure = nil
        } catch {
            failure = error
        }
        state.withLock { $0.readAhead.end(id, request.buffer, failure) }
    }
}
