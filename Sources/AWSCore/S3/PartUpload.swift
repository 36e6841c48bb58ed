import Threads

/// The multipart upload behind an `ObjectWriter`: its id, its threads and the parts under way. The writer's thread calls
/// it; the threads see only the monitor and the client.
final class PartUpload {
    private struct Job: Sendable {
        var number: Int
        var buffer: PartBuffer
        var count: Int
        var uploadID: String
    }

    private struct State {
        var queue: [Job] = []
        var isClosed = false
        var isCancelled = false
        /// Buffers that are being filled, wait or are under way.
        var buffersInUse = 0
        var free: [PartBuffer] = []
        var done: [UploadedPart] = []
        var failure: AWSError?
    }

    private let client: S3Client
    private let location: ObjectLocation
    private let options: ObjectOptions
    private let hasHead: Bool
    private let maxThreads: Int
    private let isCancelled: (@Sendable () -> Bool)?
    private let state = Monitor(State())
    private var threads = ThreadGroup()
    private var uploadID: String?
    private var nextNumber: Int

    /// - Parameter hasHead: whether part 1 comes last, by `complete`.
    init(
        _ client: S3Client,
        _ location: ObjectLocation,
        _ options: ObjectOptions,
        hasHead: Bool,
        threads: Int,
        isCancelled: (@Sendable () -> Bool)?
    ) {
        self.client = client
        self.location = location
        self.options = options
        self.hasHead = hasHead
        nextNumber = hasHead ? 2 : 1
        maxThreads = max(1, threads)
        self.isCancelled = isCancelled
    }

    var isStarted: Bool { uploadID != nil }

    deinit { if uploadID != nil || threads.count > 0 { cancel() } }

    func error(_ kind: AWSError.Kind, _ message: String) -> AWSError {
        AWSError(kind, service: "s3", operation: "UploadPart", resource: location.description, message: message)
    }

    /// Waits until there is room for one more part. Large parts are few: two at a time above 64 MiB.
    func buffer(capacity: Int) throws(AWSError) -> PartBuffer {
        let limit = capacity > 64 << 20 ? 2 : maxThreads + 1
        let result: Result<PartBuffer?, AWSError> = state.wait { state in
            if let failure = state.failure { return .failure(failure) }
            if state.buffersInUse >= limit { return nil }
            state.buffersInUse += 1
            while let buffer = state.free.popLast() { if buffer.bytes.count >= capacity { return .success(buffer) } }
            return .success(nil)
        }
        return try result.get() ?? PartBuffer(capacity: capacity)
    }

    func add(_ buffer: PartBuffer, count: Int, isLast: Bool) throws(AWSError) {
        guard nextNumber <= PartPlan.maxCount else {
            throw error(.configuration, "10,000 parts don't hold the object: give its size in advance")
        }
        if uploadID == nil { uploadID = try client.createMultipartUpload(location, options: options) }
        let job = Job(number: nextNumber, buffer: buffer, count: count, uploadID: uploadID!)
        nextNumber += 1
        state.withLock { $0.queue.append(job) }
        if threads.count < maxThreads, !isLast || threads.count == 0 { startThread() }
        guard threads.count > 0 else { throw error(.transport, "no thread could be started") }
    }

    func put(_ head: PartBuffer, count: Int) throws(AWSError) -> String {
        try client.putObject(location, UnsafeRawBufferPointer(rebasing: head.bytes[..<count]), options: options)
    }

    /// Uploads the head, waits for all parts and publishes them. Some part was added before.
    func complete(_ head: (buffer: PartBuffer, count: Int)?, size: UInt64) throws(AWSError) -> String {
        precondition((head != nil) == hasHead)
        let job = head.map { Job(number: 1, buffer: $0.buffer, count: $0.count, uploadID: uploadID!) }
        state.withLock {
            if let job { $0.queue.append(job) }
            $0.isClosed = true
        }
        threads.join()
        let parts = try result()
        let eTag = try client.completeMultipartUpload(
            location,
            uploadID: uploadID!,
            parts: parts,
            size: size,
            ifNoneMatch: options.ifNoneMatch,
            ifMatch: options.ifMatch
        )
        uploadID = nil
        return eTag
    }

    /// Ends the threads, then aborts: S3 keeps a part that arrives after the abort.
    func cancel() {
        state.withLock {
            $0.isCancelled = true
            $0.queue = []
        }
        threads.join()
        if let uploadID { try? client.abortMultipartUpload(location, uploadID: uploadID) }
        uploadID = nil
    }

    private func result() throws(AWSError) -> [UploadedPart] {
        let (failure, parts) = state.withLock { ($0.failure, $0.done) }
        if let failure { throw failure }
        // A part that is missing here would be missing in the object.
        guard parts.count == nextNumber - 1 else { throw error(.transport, "not every part was uploaded") }
        return parts.sorted { $0.number < $1.number }
    }

    private func startThread() {
        threads.start { [state, client, location, isCancelled] in Self.run(state, client, location, isCancelled) }
    }

    private static func run(
        _ state: Monitor<State>,
        _ client: S3Client,
        _ location: ObjectLocation,
        _ isCancelled: (@Sendable () -> Bool)?
    ) {
        while let job = nextJob(state) {
            let bytes = UnsafeRawBufferPointer(rebasing: job.buffer.bytes[..<job.count])
            do {
                let part = try client.uploadPart(
                    location,
                    uploadID: job.uploadID,
                    number: job.number,
                    bytes,
                    isCancelled: { isCancelled?() == true || state.withLock { $0.isCancelled || $0.failure != nil } }
                )
                state.withLock {
                    $0.done.append(part)
                    $0.buffersInUse -= 1
                    $0.free.append(job.buffer)
                }
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = error } }
            }
        }
    }

    private static func nextJob(_ state: Monitor<State>) -> Job? {
        let next: Job?? = state.wait { state in
            if state.isCancelled || state.failure != nil { return .some(nil) }
            if !state.queue.isEmpty { return .some(state.queue.removeFirst()) }
            return state.isClosed ? .some(nil) : nil
        }
        return next ?? nil
    }
}
