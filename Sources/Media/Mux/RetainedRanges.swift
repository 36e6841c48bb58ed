/// Runs of an output's data that stay in memory until it was read back: its beginning, its end, and the surroundings of
/// sampled keyframes.
struct RetainedRanges {
    private struct Run {
        var offset: UInt64
        var bytes: [UInt8] = []
        /// The keyframe that it was kept for; nil for beginning and end.
        var keyframe: Int?
    }

    private var runs: [Run] = []
    /// Bytes up to here still belong to the last run.
    private var end: UInt64 = 0

    /// Keeps the next `count` bytes from `offset` on; `nil` keeps all that comes.
    mutating func keep(_ count: Int?, from offset: UInt64, for choice: VerificationSamples.Choice? = nil) {
        if let choice { runs.removeAll { $0.keyframe.map { $0 % choice.step != 0 } ?? false } }
        let wanted = count.map { offset + UInt64($0) } ?? .max
        // Where the last run goes on to here, it goes on for this one too.
        if let last = runs.last, last.offset + UInt64(last.bytes.count) == offset {
            if choice == nil { runs[runs.count - 1].keyframe = nil }
        } else {
            runs.append(Run(offset: offset, keyframe: choice?.keyframe))
            end = 0
        }
        end = max(end, wanted)
    }

    /// Told of all data, in order.
    mutating func take(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
        guard !runs.isEmpty, offset < end else { return }
        let last = runs.count - 1
        guard runs[last].offset + UInt64(runs[last].bytes.count) == offset else { return }
        runs[last].bytes.append(contentsOf: bytes.prefix(Int(clamping: end - offset)))
    }

    /// The runs, moved to where the output has them.
    func runs(movedBy distance: UInt64) -> [SparseOutput.Run] {
        runs.map { SparseOutput.Run(offset: $0.offset + distance, bytes: $0.bytes) }
    }
}
