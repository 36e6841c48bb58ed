public import Findings

/// A `moov` box in memory, whose chunk offsets can be rewritten.
///
/// Source: ISO/IEC 14496-12, 8.7.5 Chunk Offset Box.
public struct MoovBox {
    private var bytes: [UInt8]

    /// - Throws: `ReportedError` if `bytes` is not one complete moov box.
    public init(_ bytes: [UInt8]) throws(ReportedError) {
        self.bytes = bytes
        guard bytes.count >= 8, word(at: 0) == bytes.count, type(at: 0) == "moov" else {
            throw ReportedError(.library, .mux, "the muxer wrote no complete moov box")
        }
    }

    /// The box with `delta` added to every chunk offset; 32-bit offset tables become 64-bit ones if necessary.
    public func moved(by delta: Int64) throws(ReportedError) -> [UInt8] {
        try rewritten(0..<bytes.count, by: delta)
    }

    /// The box with the chunk offsets that hold once it is written at `position` and the media data, which begin at
    /// `start` now, directly after it.
    public func moved(beforeDataAt start: UInt64, to position: UInt64) throws(ReportedError) -> [UInt8] {
        var size = bytes.count
        // The move may make offsets exceed 32 bits, which makes the box larger: at most two rounds.
        while true {
            let next = try moved(by: Int64(position) + Int64(size) - Int64(start))
            if next.count == size { return next }
            size = next.count
        }
    }

    /// Changes the type of the sample descriptions of one type.
    ///
    /// Source: ISO/IEC 14496-12, 8.5.2 Sample Description Box.
    public mutating func rename(_ old: String, to new: String) {
        rename(old, to: new, in: 0..<bytes.count)
    }

    private mutating func rename(_ old: String, to new: String, in box: Range<Int>) {
        let name = type(at: box.lowerBound)
        if name == old { bytes.replaceSubrange(box.lowerBound + 4..<box.lowerBound + 8, with: new.utf8) }
        guard name == "stsd" || Self.parents.contains(name) else { return }
        // In stsd, version, flags and entry_count come before the first description.
        let first = min(box.lowerBound + (name == "stsd" ? 16 : 8), box.upperBound)
        var children = BoxWalk(first..<box.upperBound, of: bytes)
        while let child = children.nextWhole() { rename(old, to: new, in: Self.range(child)) }
    }

    private static let parents: Set<String> = ["moov", "trak", "mdia", "minf", "stbl"]

    private func rewritten(_ box: Range<Int>, by delta: Int64) throws(ReportedError) -> [UInt8] {
        let name = type(at: box.lowerBound)
        if name == "stco" || name == "co64" { return offsets(box, wide: name == "co64", by: delta) }
        guard Self.parents.contains(name) else { return Array(bytes[box]) }
        var content: [UInt8] = []
        var children = BoxWalk(box.lowerBound + 8..<box.upperBound, of: bytes)
        while let child = children.nextWhole() { content += try rewritten(Self.range(child), by: delta) }
        guard children.rest == 0 else {
            throw ReportedError(.library, .mux, "the muxer wrote a broken \(name) box")
        }
        return Self.box(name, content)
    }

    private static func range(_ box: BoxWalk<Never>.Box) -> Range<Int> {
        Int(box.range.lowerBound)..<Int(box.range.upperBound)
    }

    private func offsets(_ box: Range<Int>, wide: Bool, by delta: Int64) -> [UInt8] {
        let count = word(at: box.lowerBound + 12)
        let first = box.lowerBound + 16
        let moved = (0..<count).map { index in
            let width = wide ? 8 : 4
            let old = bytes[first + index * width..<first + (index + 1) * width].bigEndianValue
            return UInt64(bitPattern: Int64(bitPattern: old) &+ delta)
        }
        let isWide = wide || moved.contains { $0 > UInt64(UInt32.max) }
        var content = bytes[box.lowerBound + 8..<first]
        for offset in moved {
            if isWide { content += bigEndian(UInt32(truncatingIfNeeded: offset >> 32)) }
            content += bigEndian(UInt32(truncatingIfNeeded: offset))
        }
        return Self.box(isWide ? "co64" : "stco", Array(content))
    }

    private func word(at offset: Int) -> Int {
        Int(bytes[offset..<offset + 4].bigEndianValue)
    }

    private func type(at offset: Int) -> String {
        String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        bigEndian(UInt32(content.count + 8)) + Array(type.utf8) + content
    }

    /// A box of `size` bytes (at least 8) that players skip.
    public static func free(size: Int) -> [UInt8] {
        box("free", [UInt8](repeating: 0, count: size - 8))
    }
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

/// The timescale of an MP4's video track, as libavformat's mov muxer derives it from a stream's time base.
public enum MovieTimescale {
    /// Ticks per second.
    ///
    /// Source: FFmpeg, "Formats Documentation", mov muxer, video_track_timescale.
    public static func ofVideo(_ timeBase: Rational) -> Int {
        var ticks = max(1, Int(timeBase.denominator))
        while ticks < 10_000 { ticks *= 2 }
        return ticks
    }

    /// The time base of an output's video: the source's, or a coarser one where that would not leave room for the
    /// composition offsets of reordered frames. libavformat ignores offsets of 2^28 ticks and more, so that frames would
    /// be shown in decoding order.
    ///
    /// Source: FFmpeg, libavformat/mov.c, mov_read_ctts.
    public static func timeBase(_ source: Rational, frameRate: Rational) -> Rational {
        let period = Double(source.denominator) / Double(source.numerator) / frameRate.value
        guard source.numerator == 1, period * reorderedFrames >= Double(1 << 28) else { return source }
        return Rational(1, 1 << 24)
    }

    /// More than an encoder's B-pyramid needs: frames may be farther apart than usually.
    private static let reorderedFrames = 8.0
}
