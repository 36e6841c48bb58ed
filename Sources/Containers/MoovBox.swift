public import Findings

/// A `moov` box in memory, whose chunk offsets can be moved.
///
/// Source: ISO/IEC 14496-12, 8.7.5 Chunk Offset Box.
public struct MoovBox {
    private var bytes: [UInt8]

    /// - Throws: `ReportedError` if `bytes` is not one whole moov box.
    public init(_ bytes: [UInt8]) throws(ReportedError) {
        self.bytes = bytes
        guard bytes.count >= 8, word(at: 0) == bytes.count, type(at: 0) == "moov" else {
            throw ReportedError(.library, .mux, "the muxer wrote no whole moov box")
        }
    }

    /// The box with every chunk offset moved by `delta`; 32-bit offsets become 64-bit ones where they have to.
    public func moved(by delta: Int64) throws(ReportedError) -> [UInt8] {
        try rewritten(0..<bytes.count, by: delta)
    }

    /// The box for data that now begin at `start` and will begin right behind the box, which is put at `position`.
    public func placedInFront(of start: UInt64, after position: UInt64) throws(ReportedError) -> [UInt8] {
        var size = bytes.count
        // Offsets may need 64 bits only after the move, which makes the box larger: at most two rounds.
        while true {
            let next = try moved(by: Int64(position) + Int64(size) - Int64(start))
            if next.count == size { return next }
            size = next.count
        }
    }

    /// Gives the sample descriptions of one kind another name.
    ///
    /// Source: ISO/IEC 14496-12, 8.5.2 Sample Description Box.
    public mutating func rename(_ old: String, to new: String) {
        rename(old, to: new, in: 0..<bytes.count)
    }

    private mutating func rename(_ old: String, to new: String, in box: Range<Int>) {
        let name = type(at: box.lowerBound)
        if name == old { bytes.replaceSubrange(box.lowerBound + 4..<box.lowerBound + 8, with: new.utf8) }
        guard name == "stsd" || Self.parents.contains(name) else { return }
        // Version, flags and count stand before the first description.
        var position = box.lowerBound + (name == "stsd" ? 16 : 8)
        while position + 8 <= box.upperBound, word(at: position) >= 8, position + word(at: position) <= box.upperBound {
            rename(old, to: new, in: position..<position + word(at: position))
            position += word(at: position)
        }
    }

    private static let parents: Set<String> = ["moov", "trak", "mdia", "minf", "stbl"]

    private func rewritten(_ box: Range<Int>, by delta: Int64) throws(ReportedError) -> [UInt8] {
        let name = type(at: box.lowerBound)
        if name == "stco" || name == "co64" { return offsets(box, wide: name == "co64", by: delta) }
        guard Self.parents.contains(name) else { return Array(bytes[box]) }
        var content: [UInt8] = []
        var position = box.lowerBound + 8
        while position < box.upperBound {
            guard position + 8 <= box.upperBound, word(at: position) >= 8,
                position + word(at: position) <= box.upperBound
            else { throw ReportedError(.library, .mux, "the muxer wrote a broken \(name) box") }
            let end = position + word(at: position)
            content += try rewritten(position..<end, by: delta)
            position = end
        }
        return Self.box(name, content)
    }

    private func offsets(_ box: Range<Int>, wide: Bool, by delta: Int64) -> [UInt8] {
        let count = word(at: box.lowerBound + 12)
        let first = box.lowerBound + 16
        let moved = (0..<count).map { index in
            let old =
                wide
                ? UInt64(word(at: first + index * 8)) << 32 | UInt64(word(at: first + index * 8 + 4))
                : UInt64(word(at: first + index * 4))
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
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
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

/// The clock of an MP4's video track, as libavformat's mov muxer picks it for a stream's time base.
public enum MovieTimescale {
    /// Ticks a second.
    ///
    /// Source: FFmpeg, "Formats Documentation", mov muxer, video_track_timescale.
    public static func ofVideo(_ timeBase: Rational) -> Int {
        var ticks = max(1, Int(timeBase.denominator))
        while ticks < 10_000 { ticks *= 2 }
        return ticks
    }
}
