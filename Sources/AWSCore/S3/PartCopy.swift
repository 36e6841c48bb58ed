import Threads

/// Copies the ranges of one object into the parts of a multipart upload, some at a time: "UploadPartCopy".
struct PartCopy: Sendable {
    private struct State {
        var next = 0
        var done: [UploadedPart] = []
        var failure: AWSError?
    }

    /// Large enough that a copy is few requests, small enough that several run side by side.
    private static let usualSize: UInt64 = 256 << 20

    var client: S3Client
    var source: ObjectLocation
    var eTag: String
    var target: ObjectLocation
    var uploadID: String
    var isCancelled: (@Sendable () -> Bool)?

    /// At most 10,000 ranges that make up `size` bytes.
    static func ranges(size: UInt64) -> [Range<UInt64>] {
        let count = UInt64(PartPlan.maxCount)
        let step = max(usualSize, (size + count - 1) / count)
        return stride(from: 0, to: size, by: Int(step)).map { $0..<min($0 + step, size) }
    }

    /// Blocks until every part is there, or one has failed.
    func run(_ ranges: [Range<UInt64>], threads: Int) throws(AWSError) -> [UploadedPart] {
        let state = Monitor(State())
        var group = ThreadGroup()
        for _ in 1..<max(2, min(threads, ranges.count)) { group.start { work(ranges, state) } }
        work(ranges, state)
        group.join()
        let (failure, parts) = state.withLock { ($0.failure, $0.done) }
        if let failure { throw failure }
        return parts.sorted { $0.number < $1.number }
    }

    private func work(_ ranges: [Range<UInt64>], _ state: Monitor<State>) {
        while true {
            let index: Int? = state.withLock { state in
                guard state.failure == nil, state.next < ranges.count else { return nil }
                state.next += 1
                return state.next - 1
            }
            guard let index else { return }
            do {
                let part = try client.uploadPartCopy(
                    target,
                    uploadID: uploadID,
                    number: index + 1,
                    from: source,
                    range: ranges[index],
                    ifMatch: eTag,
                    isCancelled: { isCancelled?() == true || state.withLock { $0.failure != nil } }
                )
                state.withLock { $0.done.append(part) }
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = error } }
            }
        }
    }
}
