import Findings

/// Rewrites an MP4 whose index lies behind its data, so that players find the index first.
public enum Faststart {
    private static let blockSize = 1 << 20

    /// - Parameter source: `ftyp`, other boxes, and `moov` as the last box, as `Transcode` leaves it where the room for
    ///   the index was too small.
    /// - Throws: `ReportedError` if it isn't such a file; what source or sink threw.
    public static func copy(_ source: any ByteSource, to sink: any ByteSink) throws {
        let boxes = try topLevelBoxes(of: source)
        guard let first = boxes.first, first.type == "ftyp", let index = boxes.last, index.type == "moov",
            boxes.count > 2
        else { throw ReportedError(.library, .mux, "the output is no MP4 that ends with its index") }
        // The room that was left for the index is given back.
        let data = boxes.dropFirst().dropLast().drop { $0.type == "free" }
        guard let start = data.first?.range.lowerBound else {
            throw ReportedError(.library, .mux, "the output has no data")
        }
        let movie = try MoovBox(try read(source, index.range))
        let fileType = try read(source, first.range)
        let moved = try movie.placedInFront(of: start, after: UInt64(fileType.count))
        try put(fileType, at: 0, sink)
        try put(moved, at: UInt64(fileType.count), sink)
        var target = UInt64(fileType.count + moved.count)
        var position = start
        while position < index.range.lowerBound {
            let block = try read(source, position..<min(position + UInt64(blockSize), index.range.lowerBound))
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

    private static func topLevelBoxes(of source: any ByteSource) throws -> [(type: String, range: Range<UInt64>)] {
        var boxes: [(type: String, range: Range<UInt64>)] = []
        var position: UInt64 = 0
        while position + 8 <= source.size {
            let header = try read(source, position..<min(position + 16, source.size))
            guard let head = BoxHeader(header), head.size >= 8, position + head.size <= source.size else {
                throw ReportedError(.library, .mux, "the output has a broken box at byte \(position)")
            }
            boxes.append((head.kind, position..<position + head.size))
            position += head.size
        }
        return boxes
    }
}
