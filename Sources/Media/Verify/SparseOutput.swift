import Containers

/// What was written, as far as memory keeps it: the container's headers and index whole, of the data a few runs. The
/// rest reads as zeros.
///
/// An index can be followed through it, and the kept packets be decoded, although the bytes themselves are gone.
final class SparseOutput: ByteSource {
    /// Bytes of the output, in order and without overlap.
    struct Run: Sendable {
        var offset: UInt64
        var bytes: [UInt8]

        var end: UInt64 { offset + UInt64(bytes.count) }
    }

    let size: UInt64
    /// Whether a player finds the index before the data.
    let isIndexInFront: Bool
    /// Where the samples lie, in bytes.
    let data: Range<UInt64>
    private let runs: [Run]

    init(size: UInt64, isIndexInFront: Bool, data: Range<UInt64>, runs: [Run]) {
        self.size = size
        self.isIndexInFront = isIndexInFront
        self.data = data
        self.runs = runs.sorted { $0.offset < $1.offset }
    }

    /// Whether these are the very bytes that were written.
    func keeps(_ range: Range<UInt64>) -> Bool {
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

/// An output that was written to its end, and what is known of it without reading its bytes again.
struct WrittenOutput: Sendable {
    let structure: SparseOutput
    /// What was found while it was written, where its container can be read from front to back (Matroska).
    let streamed: OutputScan?
}
