import Containers

/// The parts of an output that are retained in memory: the container's headers and index, and some runs of the data.
/// The rest reads as zeros.
///
/// The index can be followed and the retained packets be decoded, although the output itself can't be read again.
final class SparseOutput: ByteSource {
    /// Bytes of the output, in order and without overlap.
    struct Run: Sendable {
        var offset: UInt64
        var bytes: [UInt8]

        var end: UInt64 { offset + UInt64(bytes.count) }
    }

    let size: UInt64
    /// Whether the index is before the media data.
    let isFaststart: Bool
    /// The byte range of the media data.
    let data: Range<UInt64>
    private let runs: [Run]

    init(size: UInt64, isFaststart: Bool, data: Range<UInt64>, runs: [Run]) {
        self.size = size
        self.isFaststart = isFaststart
        self.data = data
        self.runs = runs.sorted { $0.offset < $1.offset }
    }

    /// Whether these bytes read as they were written.
    func retains(_ range: Range<UInt64>) -> Bool {
        runs.contains { $0.offset <= range.lowerBound && range.upperBound <= $0.end }
    }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard offset < size else { return 0 }
        let end = min(size, offset + UInt64(buffer.count))
        let count = Int(end - offset)
        buffer[..<count].initializeMemory(as: UInt8.self, repeating: 0)
        for run in runs where run.offset < end && run.end > offset {
            let (first, last) = (max(run.offset, offset), min(run.end, end))
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[Int(first - offset)..<Int(last - offset)])
            target.copyBytes(from: run.bytes[Int(first - run.offset)..<Int(last - run.offset)])
        }
        return count
    }
}

/// An output that was written to its end, and what is known about it without reading it again.
struct WrittenOutput: Sendable {
    let structure: SparseOutput
    /// What was read while it was written, if its container can be read without seeking (Matroska).
    let streamed: OutputScan?
}
