import Synchronization
import Threads

/// Copies the ranges of one object into the parts of a multipart upload, some at a time: "UploadPartCopy".
struct PartCopy: Sendable {
    private struct PartRequest: Sendable {
        var number: Int
        var range: Range<UInt64>
    }

    private final class Results: Sendable {
        let parts = Mutex<[UploadedPart]>([])
    }

    /// Large enough that a copy is few requests, small enough that several run side by side.
    private static let usualSize: UInt64 = 256 << 20

    var client: S3Client
    var source: ObjectLocation
    var etag: ETag
    var target: ObjectLocation
    var uploadID: String

    /// At most 10,000 ranges that make up `size` bytes.
    static func ranges(size: UInt64) -> [Range<UInt64>] {
        let count = UInt64(PartPlan.maxCount)
        let step = max(usualSize, (size + count - 1) / count)
        return stride(from: 0, to: size, by: Int(step)).map { $0..<min($0 + step, size) }
    }

    /// Blocks until every part is there, or one has failed.
    func run(_ ranges: [Range<UInt64>], threads: Int) throws(AWSError) -> [UploadedPart] {
        let results = Results()
        let queue = WorkQueue(named: "the copy of a part", threads: threads, within: client.cancellation) {
            (request: PartRequest, cancellation) throws(AWSError) in
            let part = try client.uploadPartCopy(
                target, uploadID: uploadID, number: request.number, from: source, range: request.range, ifMatch: etag,
                cancellation: cancellation)
            results.parts.withLock { $0.append(part) }
        }
        do throws(ThreadError) {
            for (index, range) in ranges.enumerated() { try queue.add(PartRequest(number: index + 1, range: range)) }
        } catch {
            throw target.error(.transport, "UploadPartCopy", error.description)
        }
        try queue.finish()
        return results.parts.withLock { $0.sorted { $0.number < $1.number } }
    }
}
