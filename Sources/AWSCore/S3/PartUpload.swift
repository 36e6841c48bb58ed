import Synchronization
import Threads

/// The multipart upload that an `ObjectWriter` fills: its id, its queue and the parts that S3 has. Used from the writer's
/// thread alone.
final class PartUpload {
    private struct PartRequest: Sendable {
        var number: Int
        var buffer: PartBuffer
        var count: Int
        var uploadID: String
    }

    private enum Progress {
        case notStarted
        case started(id: String)
    }

    /// What the queue's threads give back.
    private final class Results: Sendable {
        let parts = Mutex<[UploadedPart]>([])
        let free = Mutex<[PartBuffer]>([])
    }

    private let client: S3Client
    private let location: ObjectLocation
    private let options: ObjectOptions
    private let maxThreads: Int
    private let results = Results()
    private let queue: WorkQueue<PartRequest, AWSError>
    private var progress = Progress.notStarted
    private var nextNumber: Int

    /// - Parameter firstNumber: of the parts that `add` takes; 2 where `complete` adds the head as part 1.
    init(_ client: S3Client, _ location: ObjectLocation, _ options: ObjectOptions, firstNumber: Int, threads: Int) {
        self.client = client
        self.location = location
        self.options = options
        nextNumber = firstNumber
        maxThreads = max(1, threads)
        queue = WorkQueue(named: "the upload of a part", threads: maxThreads, within: client.cancellation) {
            [results] (request, cancellation) throws(AWSError) in
            let part = try client.uploadPart(
                location, uploadID: request.uploadID, number: request.number,
                UnsafeRawBufferPointer(rebasing: request.buffer.bytes[..<request.count]), cancellation: cancellation)
            results.parts.withLock { $0.append(part) }
            results.free.withLock { $0.append(request.buffer) }
        }
    }

    deinit { cancel() }

    var isStarted: Bool { if case .started = progress { true } else { false } }

    /// Waits until there is room for one more part. Large parts are few: two at a time above 64 MiB.
    func buffer(capacity: Int) throws(AWSError) -> PartBuffer {
        // The buffer that is about to be filled counts too.
        try queue.wait(forFewerThan: capacity > 64 << 20 ? 2 : maxThreads + 1)
        let free = results.free.withLock { free in
            while let buffer = free.popLast() { if buffer.bytes.count >= capacity { return buffer as PartBuffer? } }
            return nil
        }
        return free ?? PartBuffer(capacity: capacity)
    }

    func add(_ buffer: PartBuffer, count: Int) throws(AWSError) {
        guard nextNumber <= PartPlan.maxCount else {
            throw location.error(
                .configuration, "UploadPart", "10,000 parts don't hold the object: give its size in advance")
        }
        try enqueue(nextNumber, buffer, count)
        nextNumber += 1
    }

    /// Uploads the head as part 1, waits for all parts and publishes them. Some part was added before.
    ///
    /// - Parameter size: of all parts, in bytes.
    func complete(_ head: (buffer: PartBuffer, count: Int)?, size: UInt64) throws(AWSError) -> ETag {
        if let head { try enqueue(1, head.buffer, head.count) }
        try queue.finish()
        let parts = results.parts.withLock { $0.sorted { $0.number < $1.number } }
        // A part that is missing here would be missing in the object.
        guard parts.count == nextNumber - 1 else {
            throw location.error(.transport, "UploadPart", "not every part was uploaded")
        }
        let etag = try client.completeMultipartUpload(
            location, uploadID: start(), parts: parts, size: size, ifNoneMatch: options.ifNoneMatch,
            ifMatch: options.ifMatch)
        progress = .notStarted
        return etag
    }

    /// Ends the threads, then aborts: S3 keeps a part that arrives after the abort.
    func cancel() {
        queue.cancel()
        if case .started(let id) = progress { try? client.abortMultipartUpload(location, uploadID: id) }
        progress = .notStarted
    }

    private func enqueue(_ number: Int, _ buffer: PartBuffer, _ count: Int) throws(AWSError) {
        let request = PartRequest(number: number, buffer: buffer, count: count, uploadID: try start())
        do throws(ThreadError) { try queue.add(request) } catch {
            throw location.error(.transport, "UploadPart", error.description)
        }
    }

    /// The upload's id. The first part asks for it, so that a short object needs none.
    private func start() throws(AWSError) -> String {
        if case .started(let id) = progress { return id }
        let id = try client.createMultipartUpload(location, options: options)
        progress = .started(id: id)
        return id
    }
}
