import Findings

/// Rewrites an MP4 so that `moov` comes before `mdat` and playback can start before the whole file is there.
public enum Faststart {
    private static let blockSize = 1 << 20

    /// - Parameter source: `ftyp`, other boxes, and `moov` as the last box, as `Transcode` writes them if the space
    ///   reserved for `moov` was too small.
    /// - Throws: `ReportedError` if it isn't such a file; the source's or the sink's error.
    public static func copy(_ source: any ByteSource, to sink: any ByteSink) throws {
        let boxes = try topLevelBoxes(of: source)
        guard let first = boxes.first, first.type == "ftyp", let moov = boxes.last, moov.type == "moov",
            boxes.count > 2
        else { throw ReportedError(.library, .mux, "the output is no MP4 file with moov as its last box") }
        // Drops the space that was reserved for moov.
        let data = boxes.dropFirst().dropLast().drop { $0.type == "free" }
        guard let start = data.first?.range.lowerBound else {
            throw ReportedError(.library, .mux, "the output has no media data")
        }
        let box = try MoovBox(try read(source, moov.range))
        let fileType = try read(source, first.range)
        let moved = try box.moved(beforeDataAt: start, to: UInt64(fileType.count))
        try put(fileType, at: 0, sink)
        try put(moved, at: UInt64(fileType.count), sink)
        var target = UInt64(fileType.count + moved.count)
        var position = start
        while position < moov.range.lowerBound {
            let block = try read(source, position..<min(position + UInt64(blockSize), moov.range.lowerBound))
            try put(block, at: target, sink)
            position += UInt64(block.count)
            target += UInt64(block.count)
        }
    }

    private static func put(_ bytes: [UInt8], at offset: UInt64, _ sink: any ByteSink) throws {
        try bytes.withUnsafeBytes { try sink.write($0, at: offset) }
    }

    private static func read(_ source: any ByteSource, _ range: Range<UInt64>) throws -> [UInt8] {
        let bytes = try source.bytes(at: range.lowerBound, range.count)
        guard bytes.count == range.count else { throw ReportedError(.library, .mux, "the output ends early") }
        return bytes
    }

    private static func topLevelBoxes(of source: any ByteSource) throws -> [BoxWalk<any Error>.Box] {
        var walk = BoxWalk(0..<source.size, of: source)
        var boxes: [BoxWalk<any Error>.Box] = []
        while walk.rest >= 8 {
            let start = walk.offset
            guard let box = try walk.nextWhole(), box.header.size > 0 else {
                throw ReportedError(.library, .mux, "the output has a broken box at byte \(start)")
            }
            boxes.append(box)
        }
        return boxes
    }
}
