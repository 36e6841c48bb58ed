/// A run of the object's bytes in memory: one ranged GET, which fills it from its start.
struct Segment {
    enum Progress {
        case queued
        case loading
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
