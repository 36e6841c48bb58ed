/// Ranges of an output's data that stay in memory until the output was verified: its start, its end, and the buffers
/// with sampled keyframes.
struct RetainedRanges {
    private struct Range {
        var offset: UInt64
        var bytes: [UInt8]
        /// The keyframe that it was retained for; nil for the start and the end.
        var keyframe: Int?

        var end: UInt64 { offset + UInt64(bytes.count) }
    }

    private var ranges: [Range] = []
    /// All bytes before this offset are retained.
    private var retainedUntil: UInt64 = 0

    /// Retains the next `count` bytes from `offset` on; `nil` retains all that come.
    mutating func retain(_ count: Int?, from offset: UInt64) {
        retainedUntil = max(retainedUntil, count.map { offset + UInt64($0) } ?? .max)
    }

    /// Drops the ranges of keyframes whose number is no multiple of `step`.
    mutating func drop(allBut step: Int) {
        ranges.removeAll { $0.keyframe.map { $0 % step != 0 } ?? false }
    }

    /// Takes all data, in order.
    ///
    /// - Parameter keyframe: the sampled keyframe that some of these bytes belong to.
    mutating func take(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, of keyframe: Int? = nil) {
        let lasting = retainedUntil > offset ? min(bytes.count, Int(clamping: retainedUntil - offset)) : 0
        add(bytes.prefix(lasting), at: offset, nil)
        if let keyframe { add(bytes.dropFirst(lasting), at: offset + UInt64(lasting), keyframe) }
    }

    private mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>, at offset: UInt64, _ keyframe: Int?) {
        guard !bytes.isEmpty else { return }
        if let last = ranges.last, last.end == offset, last.keyframe == keyframe {
            ranges[ranges.count - 1].bytes.append(contentsOf: bytes)
        } else {
            ranges.append(Range(offset: offset, bytes: Array(bytes), keyframe: keyframe))
        }
    }

    /// The ranges at their offsets in the output; adjacent ranges are joined.
    func runs(movedBy distance: UInt64) -> [SparseOutput.Run] {
        ranges.reduce(into: []) { runs, range in
            if let last = runs.last, last.end == range.offset + distance {
                runs[runs.count - 1].bytes.append(contentsOf: range.bytes)
            } else {
                runs.append(SparseOutput.Run(offset: range.offset + distance, bytes: range.bytes))
            }
        }
    }
}
