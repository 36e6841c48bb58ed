import Threads

/// Random access to an object of S3, with read-ahead over parallel ranged GETs ("GetObject") by threads of its own.
///
/// It stays with the object that it opened: every request carries its ETag, and one that was replaced meanwhile is an
/// error of kind `modified`. Used from one thread.
public final class ObjectReader {
    private struct State {
        var readAhead: ReadAhead
        var isClosed = false
    }

    private struct Job: Sendable {
        var id: Int
        var range: Range<UInt64>
        var buffer: PartBuffer
    }

    /// What is read.
    public let location: ObjectLocation
    /// Its size, ETag and metadata when it was opened.
    public let attributes: ObjectAttributes
    private let client: S3Client
    private let maxThreads: Int
    private let isCancelled: (@Sendable () -> Bool)?
    private let state: Monitor<State>
    private var threads = ThreadGroup()

    /// Opens an object by "HeadObject".
    ///
    /// - Parameters:
    ///   - eTag: which the object must have, where the caller knows it.
    ///   - memory: for read-ahead, in bytes.
    ///   - threads: requests at a time.
    ///   - isCancelled: asked by the reading threads about once a second; true makes a read that waits fail with an
    ///     error of kind `cancelled`.
    /// - Throws: `AWSError`.
    public init(
        _ client: S3Client,
        _ location: ObjectLocation,
        eTag: String? = nil,
        memory: Int = 32 << 20,
        threads: Int = 6,
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(AWSError) {
        let attributes = try client.headObject(location)
        if let eTag, eTag.filter({ $0 != "\"" }) != attributes.eTag.filter({ $0 != "\"" }) {
            throw AWSError(
                .modified,
                service: "s3",
                operation: "HeadObject",
                resource: location.description,
                message: "the object was modified before it was opened"
            )
        }
        self.client = client
        self.location = location
        self.attributes = attributes
        maxThreads = max(1, threads)
        self.isCancelled = isCancelled
        state = Monitor(State(readAhead: ReadAhead(size: attributes.size, memory: memory)))
    }

    deinit { close() }

    /// The object's size in bytes.
    public var size: UInt64 { attributes.size }

    /// Reads some bytes at an offset: as many as are there at once, at least one.
    ///
    /// - Returns: the count; 0 at or behind the end, or for an empty buffer.
    /// - Throws: `AWSError`. Another read of the same place tries again.
    public func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) throws(AWSError) -> Int {
        guard offset < size, !target.isEmpty else { return 0 }
        let missing = state.withLock { state in
            state.readAhead.plan(offset)
            return state.readAhead.segments.count { $0.isPending }
        }
        while threads.count < min(missing, maxThreads) {
            let before = threads.count
            startThread()
            if threads.count == before { break }
        }
        guard threads.count > 0 else {
            throw AWSError(.transport, service: "s3", resource: location.description, message: "no thread started")
        }
        return try wait(offset, target).get()
    }

    /// Ends the threads; requests under way are cut. Reading isn't possible afterwards.
    public func close() {
        state.withLock { $0.isClosed = true }
        threads.join()
    }

    private func wait(_ offset: UInt64, _ target: UnsafeMutableRawBufferPointer) -> Result<Int, AWSError> {
        // Only this thread reads `target`; the monitor's closure runs on it too.
        nonisolated(unsafe) let target = target
        let location = location
        return state.wait { state in
            if state.isClosed {
                return .failure(AWSError(.cancelled, service: "s3", resource: "\(location)", message: "closed"))
            }
            guard let index = state.readAhead.index(of: offset) else {
                return .failure(AWSError(.cancelled, service: "s3", resource: "\(location)", message: "not planned"))
            }
            let segment = state.readAhead.segments[index]
            let start = Int(offset - segment.range.lowerBound)
            if segment.count > start {
                let count = min(segment.count - start, target.count)
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: segment.buffer.bytes[start..<(start + count)]))
                state.readAhead.advance(offset, by: count)
                return .success(count)
            }
            guard case .failed(let error) = segment.progress else { return nil }
            state.readAhead.remove(index)
            return .failure(error)
        }
    }

    private func startThread() {
        threads.start { [state, client, location, attributes, isCancelled] in
            Self.run(state, client, location, attributes, isCancelled)
        }
    }

    private static func run(
        _ state: Monitor<State>,
        _ client: S3Client,
        _ location: ObjectLocation,
        _ attributes: ObjectAttributes,
        _ isCancelled: (@Sendable () -> Bool)?
    ) {
        while let job = nextJob(state) {
            let failure: AWSError?
            do {
                try client.getObject(
                    location,
                    range: job.range,
                    of: attributes,
                    into: job.buffer.bytes,
                    isCancelled: {
                        isCancelled?() == true
                            || state.withLock { $0.isClosed || $0.readAhead.dropped.contains(job.id) }
                    },
                    received: { count in state.withLock { $0.readAhead.note(count, of: job.id) } }
                )
                failure = nil
            } catch {
                failure = error
            }
            state.withLock { $0.readAhead.end(job.id, job.buffer, failure) }
        }
    }

    private static func nextJob(_ state: Monitor<State>) -> Job? {
        let next: Job?? = state.wait { state in
            if state.isClosed { return .some(nil) }
            let index = state.readAhead.segments.firstIndex { if case .queued = $0.progress { true } else { false } }
            guard let index else { return nil }
            state.readAhead.change(index) { $0.progress = .loading }
            let segment = state.readAhead.segments[index]
            return .some(Job(id: segment.id, range: segment.range, buffer: segment.buffer))
        }
        return next ?? nil
    }
}
