/// An ISO BMFF source some of whose bytes appear changed, because libavformat would take them for something else.
public final class RewrittenSource: ByteSource {
    private let source: any ByteSource
    /// The bytes to show, by their offsets.
    private let changes: [(offset: UInt64, bytes: [UInt8])]

    private init?(_ source: any ByteSource, _ changes: [(offset: UInt64, bytes: [UInt8])]) {
        guard !changes.isEmpty else { return nil }
        (self.source, self.changes) = (source, changes)
    }

    /// The source with `clap` boxes as `free` boxes, which every parser skips: libavformat from 7.1 on rejects a whole
    /// file if a clean aperture is invalid or extends beyond the frame.
    ///
    /// - Returns: nil if the source is no ISO BMFF file with clean apertures.
    /// - Throws: the source's error.
    public convenience init?(hidingCleanAperturesOf source: any ByteSource) throws {
        self.init(source, try ISOTrack.cleanApertures(in: source).map { ($0, Array("free".utf8)) })
    }

    /// The source with durations of 0 where the headers say that the duration cannot be determined (all ones):
    /// libavformat takes that for a number of ticks.
    ///
    /// - Returns: nil if the source is no ISO BMFF file with such durations.
    /// - Throws: the source's error.
    public convenience init?(clearingUnknownDurationsOf source: any ByteSource) throws {
        self.init(
            source,
            try ISOTrack.unknownDurations(in: source).map {
                ($0.lowerBound, [UInt8](repeating: 0, count: $0.count))
            })
    }

    /// The source with QuickTime's names for uncompressed audio in place of the standard's, which libavformat before
    /// 60.4 takes for 16 bits, or does not know.
    ///
    /// - Returns: nil if the source is no ISO BMFF file with such audio.
    /// - Throws: the source's error.
    public convenience init?(namingUncompressedAudioOf source: any ByteSource) throws {
        self.init(source, try ISOTrack.uncompressedAudio(in: source))
    }

    /// The source with a `free` box in place of all boxes of a range, so that a parser continues after them: at another
    /// fragment, say.
    ///
    /// - Parameter range: of whole boxes; at least 16 bytes.
    public convenience init?(skipping range: Range<UInt64>, of source: any ByteSource) {
        guard range.count >= 16 else { return nil }
        let size = withUnsafeBytes(of: UInt64(range.count).bigEndian) { Array($0) }
        self.init(source, [(range.lowerBound, [0, 0, 0, 1] + Array("free".utf8) + size)])
    }

    public var size: UInt64 { source.size }

    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(at: offset, into: buffer)
        let range = offset..<offset + UInt64(count)
        for change in changes {
            for (index, byte) in change.bytes.enumerated() where range.contains(change.offset + UInt64(index)) {
                buffer[Int(change.offset + UInt64(index) - offset)] = byte
            }
        }
        return count
    }
}
