/// Which segments are in memory or on their way, and what to ask for next. Pure: no threads, no requests.
///
/// A read that goes on where one of the last ones ended doubles the window ahead of it, up to the memory's limit; a read
/// elsewhere starts with a small one. Segments that were read stay until their memory is needed.
struct ReadAhead {
    /// A segment at most, and the size of every buffer, in bytes.
    static let segmentSize = 4 << 20
    private static let smallest: UInt64 = 256 << 10

    private struct Stream {
        var end: UInt64
        var run: UInt64
    }

    let size: UInt64
    private let maxSegments: Int
    private(set) var segments: [Segment] = []
    private var free: [PartBuffer] = []
    private var streams: [Stream] = []
    private var reads = 0
    private var nextID = 0
    /// Loads that nobody wants any more; their buffers come back when the threads have let go.
    private(set) var dropped: Set<Int> = []

    init(size: UInt64, memory: Int) {
        self.size = size
        maxSegments = max(2, memory / Self.segmentSize)
    }

    /// Index of the segment that holds the offset.
    func index(of offset: UInt64) -> Int? { segments.firstIndex { $0.range.contains(offset) } }

    func index(id: Int) -> Int? { segments.firstIndex { $0.id == id } }

    mutating func change(_ index: Int, _ body: (inout Segment) -> Void) { body(&segments[index]) }

    /// Plans the segments for a read at the offset, which is inside the object.
    mutating func plan(_ offset: UInt64) {
        reads += 1
        let isNew = !streams.contains { $0.end <= offset && offset - $0.end <= Self.smallest }
        let window = note(offset)
        if isNew, index(of: offset) == nil { dropQueued() }
        var end = offset
        while end < size, end - offset <= window {
            if let index = index(of: end) {
                segments[index].lastUse = reads
                end = segments[index].range.upperBound
            } else {
                guard end == offset || end - offset < window, add(at: end, window, near: offset) else { return }
            }
        }
    }

    /// Counts a read: what follows it will find the window larger.
    mutating func advance(_ offset: UInt64, by count: Int) {
        guard let index = streams.firstIndex(where: { $0.end == offset }) else { return }
        streams[index].end += UInt64(count)
        streams[index].run += UInt64(count)
    }

    /// Takes a failed segment out, so that the next read asks anew.
    mutating func remove(_ index: Int) {
        let segment = segments.remove(at: index)
        if case .loading = segment.progress { dropped.insert(segment.id) } else { recycle(segment.buffer) }
    }

    /// Bytes of a segment are in place.
    mutating func note(_ count: Int, of id: Int) {
        if let index = index(id: id) { segments[index].count = count }
    }

    /// A thread has ended a segment's load, or let go of a dropped one.
    mutating func end(_ id: Int, _ buffer: PartBuffer, _ failure: AWSError?) {
        if dropped.remove(id) != nil { return recycle(buffer) }
        guard let index = index(id: id) else { return }
        segments[index].progress = failure.map { .failed($0) } ?? .ended
    }

    private mutating func recycle(_ buffer: PartBuffer) { free.append(buffer) }

    /// Finds the stream that a read goes on with, or starts one; the last two are kept (audio and video that lie apart).
    private mutating func note(_ offset: UInt64) -> UInt64 {
        let known = streams.firstIndex { $0.end <= offset && offset - $0.end <= Self.smallest }
        var stream = known.map { streams.remove(at: $0) } ?? Stream(end: offset, run: 0)
        stream.end = offset
        streams.insert(stream, at: 0)
        if streams.count > 3 { streams.removeLast() }
        let limit = UInt64((maxSegments - 1) * Self.segmentSize)
        return min(limit, max(Self.smallest, stream.run * 2))
    }

    private mutating func dropQueued() {
        for index in segments.indices.reversed() {
            if case .queued = segments[index].progress { remove(index) }
        }
    }

    private mutating func add(at start: UInt64, _ window: UInt64, near offset: UInt64) -> Bool {
        guard makeRoom(isUrgent: start == offset) else { return false }
        let next = segments.map(\.range.lowerBound).filter { $0 > start }.min() ?? size
        let length = min(max(window / 2, Self.smallest), UInt64(Self.segmentSize))
        segments.append(
            Segment(
                id: nextID,
                range: start..<min(start + length, next, size),
                buffer: free.popLast() ?? PartBuffer(capacity: Self.segmentSize),
                lastUse: reads
            )
        )
        nextID += 1
        return true
    }

    /// Frees the segment that was used longest ago; one that is on its way only for a read that waits.
    private mutating func makeRoom(isUrgent: Bool) -> Bool {
        if segments.count + dropped.count < maxSegments { return true }
        let old = segments.indices.filter { segments[$0].lastUse < reads }
        let idle = old.filter { !segments[$0].isPending }
        if let oldest = idle.min(by: { segments[$0].lastUse < segments[$1].lastUse }) {
            remove(oldest)
            return true
        }
        guard isUrgent else { return false }
        // One buffer more for the moment: the dropped load ends soon, and its memory comes back.
        if let oldest = old.min(by: { segments[$0].lastUse < segments[$1].lastUse }) { remove(oldest) }
        return true
    }
}
