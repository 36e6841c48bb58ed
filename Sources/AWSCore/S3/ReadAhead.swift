import Threads

/// Which blocks are in memory or on their way, and what to ask for next. Pure: no threads, no requests.
///
/// A read that goes on where one of the last ones ended doubles the window ahead of it, up to the memory's limit; a read
/// elsewhere starts with a small one. Blocks that were read stay until their memory is needed.
struct ReadAhead {
    /// A block at most, and the size of every buffer, in bytes.
    static let blockSize = 4 << 20
    private static let smallest: UInt64 = 256 << 10

    private struct Stream {
        var end: UInt64
        var run: UInt64
    }

    let size: UInt64
    /// Little is read after it by a reader that comes from before it: see `ObjectReader.limitReadAhead`.
    var limit = UInt64.max
    private let maxBlocks: Int
    private(set) var blocks: [ReadAheadBlock] = []
    private var free: [PartBuffer] = []
    private var streams: [Stream] = []
    private var reads = 0
    private var nextID = 0
    /// Loads that are no longer wanted; their buffers come back when the threads have ended them.
    private var dropped: Set<Int> = []

    init(size: UInt64, memory: Int) {
        self.size = size
        maxBlocks = max(2, memory / Self.blockSize)
    }

    /// Index of the block that holds the offset.
    func index(of offset: UInt64) -> Int? { blocks.firstIndex { $0.range.contains(offset) } }

    func index(id: Int) -> Int? { blocks.firstIndex { $0.id == id } }

    /// Plans the blocks for a read at the offset, which is inside the object.
    ///
    /// - Returns: the ids of those that are new and to be requested, in order.
    mutating func plan(_ offset: UInt64) -> [Int] {
        let firstID = nextID
        extend(to: offset)
        return blocks.map(\.id).filter { $0 >= firstID }.sorted()
    }

    private mutating func extend(to offset: UInt64) {
        reads += 1
        let isNew = !streams.contains { $0.end <= offset && offset - $0.end <= Self.smallest }
        var window = note(offset)
        if offset < limit { window = min(window, max(limit - offset, Self.smallest)) }
        if isNew, index(of: offset) == nil { dropQueued() }
        var end = offset
        while end < size, end - offset <= window {
            if let index = index(of: end) {
                blocks[index].lastUse = reads
                end = blocks[index].range.upperBound
            } else {
                guard end == offset || end - offset < window, add(at: end, window, near: offset) else { return }
            }
        }
    }

    /// Begins the load of a block.
    ///
    /// - Returns: nil where it was abandoned while it waited.
    mutating func begin(_ id: Int, within outer: Cancellation?) -> BlockRequest? {
        guard let index = index(id: id), case .queued = blocks[index].progress else { return nil }
        let cancellation = Cancellation(within: outer)
        blocks[index].progress = .loading(cancellation)
        return BlockRequest(range: blocks[index].range, buffer: blocks[index].buffer, cancellation: cancellation)
    }

    /// Counts a read: what follows it will find the window larger.
    mutating func advance(_ offset: UInt64, by count: Int) {
        guard let index = streams.firstIndex(where: { $0.end == offset }) else { return }
        streams[index].end += UInt64(count)
        streams[index].run += UInt64(count)
    }

    /// Takes a failed block out, so that the next read asks anew.
    mutating func remove(_ index: Int) {
        let block = blocks.remove(at: index)
        guard case .loading(let cancellation) = block.progress else { return recycle(block.buffer) }
        cancellation.cancel()
        dropped.insert(block.id)
    }

    /// Bytes of a block are in place.
    mutating func note(_ count: Int, of id: Int) {
        if let index = index(id: id) { blocks[index].count = count }
    }

    /// A thread has ended a block's load, or that of one that was abandoned.
    mutating func end(_ id: Int, _ buffer: PartBuffer, _ failure: AWSError?) {
        if dropped.remove(id) != nil { return recycle(buffer) }
        guard let index = index(id: id) else { return }
        blocks[index].progress = failure.map { .failed($0) } ?? .ended
    }

    private mutating func recycle(_ buffer: PartBuffer) { free.append(buffer) }

    /// Finds the stream that a read goes on with, or starts one; the last two are kept (audio and video that are apart).
    private mutating func note(_ offset: UInt64) -> UInt64 {
        let known = streams.firstIndex { $0.end <= offset && offset - $0.end <= Self.smallest }
        var stream = known.map { streams.remove(at: $0) } ?? Stream(end: offset, run: 0)
        stream.end = offset
        streams.insert(stream, at: 0)
        if streams.count > 3 { streams.removeLast() }
        let limit = UInt64((maxBlocks - 1) * Self.blockSize)
        return min(limit, max(Self.smallest, stream.run * 2))
    }

    /// Gives up the blocks whose requests have not begun.
    mutating func dropQueued() {
        for index in blocks.indices.reversed() {
            if case .queued = blocks[index].progress { remove(index) }
        }
    }

    private mutating func add(at start: UInt64, _ window: UInt64, near offset: UInt64) -> Bool {
        guard makeRoom(isUrgent: start == offset) else { return false }
        let next = blocks.map(\.range.lowerBound).filter { $0 > start }.min() ?? size
        let length = min(max(window / 2, Self.smallest), UInt64(Self.blockSize))
        blocks.append(
            ReadAheadBlock(
                id: nextID, range: start..<min(start + length, next, size),
                buffer: free.popLast() ?? PartBuffer(capacity: Self.blockSize), lastUse: reads))
        nextID += 1
        return true
    }

    /// Frees the block that was used longest ago; one that is on its way only for a read that waits.
    private mutating func makeRoom(isUrgent: Bool) -> Bool {
        if blocks.count + dropped.count < maxBlocks { return true }
        let old = blocks.indices.filter { blocks[$0].lastUse < reads }
        let idle = old.filter { !blocks[$0].isPending }
        if let oldest = idle.min(by: { blocks[$0].lastUse < blocks[$1].lastUse }) {
            remove(oldest)
            return true
        }
        guard isUrgent else { return false }
        // One buffer more for the moment: the dropped load ends soon, and its memory comes back.
        if let oldest = old.min(by: { blocks[$0].lastUse < blocks[$1].lastUse }) { remove(oldest) }
        return true
    }
}

/// A run of the object's bytes in memory: one ranged GET, which fills it from its start.
struct ReadAheadBlock {
    enum Progress {
        case queued
        case loading(Cancellation)
        case ended
        case failed(AWSError)
    }

    let id: Int
    let range: Range<UInt64>
    let buffer: PartBuffer
    /// Bytes in place, from the range's start; they don't change any more.
    var count = 0
    var progress = Progress.queued
    /// When it was last read from, in reads.
    var lastUse: Int

    var isPending: Bool {
        switch progress {
        case .queued, .loading: true
        case .ended, .failed: false
        }
    }
}

/// The ranged GET that fills one block.
struct BlockRequest: Sendable {
    let range: Range<UInt64>
    let buffer: PartBuffer
    /// Requested when the block is abandoned.
    let cancellation: Cancellation
}
