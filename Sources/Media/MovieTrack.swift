/// What a movie's boxes say of one of its tracks and libavformat doesn't pass on in every version.
///
/// Source: ISO/IEC 14496-12, 8.3.2 track header, 12.1.4 pixel aspect ratio and clean aperture; Apple, "QuickTime File
/// Format", clean aperture extension.
struct MovieTrack {
    /// The clean aperture: width, height and the distance of its middle from the picture's, in samples.
    var cleanAperture: (width: Double, height: Double, x: Double, y: Double)?
    /// Whether the shape of a sample is said beside the picture.
    var hasPixelShape = false
    /// The picture's size in the sample description.
    var size = PictureSize(width: 0, height: 0)
    /// Width and height of the track as shown.
    var shown: (width: Double, height: Double) = (0, 0)

    private struct Box {
        var kind: String
        var content: Range<UInt64>
    }

    /// - Parameter identifier: the track's.
    /// - Returns: nil where there is no such track of pictures.
    /// - Throws: what the source threw.
    init?(_ identifier: Int, in source: any ByteSource) throws {
        func boxes(_ range: Range<UInt64>) throws -> [Box] { try Self.boxes(in: range, of: source) }
        func first(_ kind: String, in range: Range<UInt64>?) throws -> Range<UInt64>? {
            try range.flatMap { try boxes($0).first { $0.kind == kind }?.content }
        }
        let tracks = try first("moov", in: 0..<source.size).map { try boxes($0).filter { $0.kind == "trak" } } ?? []
        for track in tracks {
            guard let header = try first("tkhd", in: track.content), header.count <= 256 else { continue }
            let bytes = try source.bytes(at: header.lowerBound, header.count)
            let place = bytes.first == 1 ? 20 : 12
            guard bytes.count >= 84, Self.number(bytes[place..<place + 4]) == identifier else { continue }
            shown = (Self.fixed(bytes.suffix(8).prefix(4)), Self.fixed(bytes.suffix(4)))
            let table = try first("stbl", in: first("minf", in: first("mdia", in: track.content)))
            // Version, flags and count, then the first entry: its head, what all entries have, what pictures have.
            guard let entries = try first("stsd", in: table), entries.count > 94,
                let entry = try boxes(entries.lowerBound + 8..<entries.upperBound).first?.content, entry.count >= 78
            else { return nil }
            let picture = try source.bytes(at: entry.lowerBound, 78)
            size = PictureSize(width: Self.number(picture[24..<26]), height: Self.number(picture[26..<28]))
            for box in try boxes(entry.lowerBound + 78..<entry.upperBound) {
                if box.kind == "pasp" { hasPixelShape = true }
                if box.kind == "clap", box.content.count >= 32 {
                    cleanAperture = Self.aperture(try source.bytes(at: box.content.lowerBound, 32))
                }
            }
            return
        }
        return nil
    }

    /// The speeds of the tracks' edits by the tracks' identifiers, 0 for a picture that is held; empty edits have none.
    ///
    /// Source: ISO/IEC 14496-12, 8.6.6 Edit List Box.
    static func speeds(in source: any ByteSource) throws -> [Int: [Double]] {
        guard let movie = try boxes(in: 0..<source.size, of: source).first(where: { $0.kind == "moov" }) else {
            return [:]
        }
        var speeds: [Int: [Double]] = [:]
        for track in try boxes(in: movie.content, of: source) where track.kind == "trak" {
            let inside = try boxes(in: track.content, of: source)
            guard let header = inside.first(where: { $0.kind == "tkhd" })?.content, header.count <= 256,
                let edits = inside.first(where: { $0.kind == "edts" })?.content,
                let list = try boxes(in: edits, of: source).first(where: { $0.kind == "elst" })?.content
            else { continue }
            let bytes = try source.bytes(at: header.lowerBound, header.count)
            let place = bytes.first == 1 ? 20 : 12
            guard bytes.count >= 84 else { continue }
            speeds[number(bytes[place..<place + 4])] = self.speeds(
                ofEdits: try source.bytes(at: list.lowerBound, min(list.count, 1 << 20)))
        }
        return speeds
    }

    private static func speeds(ofEdits list: [UInt8]) -> [Double] {
        // Duration, start in the media, speed: the first two of four bytes each, or of eight.
        let length = list.first == 1 ? 8 : 4
        return stride(from: 8, to: max(8, list.count - 2 * length - 3), by: 2 * length + 4).compactMap { entry in
            let start = list[entry + length..<entry + 2 * length]
            guard !start.allSatisfy({ $0 == 0xFF }) else { return nil }
            let speed = fixed(list[entry + 2 * length..<entry + 2 * length + 4])
            return (speed * 100).rounded() / 100
        }
    }

    private static func boxes(in range: Range<UInt64>, of source: any ByteSource) throws -> [Box] {
        var boxes: [Box] = []
        var offset = range.lowerBound
        while boxes.count < 4096, offset + 8 <= range.upperBound {
            guard let head = BoxHead(try source.bytes(at: offset, 16)) else { break }
            let size = head.size == 0 ? range.upperBound - offset : head.size
            guard size >= head.length, size <= range.upperBound - offset else { break }
            boxes.append(Box(kind: head.kind, content: offset + head.length..<offset + size))
            offset += size
        }
        return boxes
    }

    /// Four ratios, the distances signed.
    private static func aperture(
        _ bytes: [UInt8]
    ) -> (width: Double, height: Double, x: Double, y: Double)? {
        let values = (0..<8).map { Int32(truncatingIfNeeded: number(bytes[$0 * 4..<$0 * 4 + 4])) }
        let ratios = stride(from: 0, to: 8, by: 2).map {
            Double(values[$0]) / Double(UInt32(bitPattern: values[$0 + 1]))
        }
        guard ratios.allSatisfy(\.isFinite) else { return nil }
        return (ratios[0], ratios[1], ratios[2], ratios[3])
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func fixed(_ bytes: ArraySlice<UInt8>) -> Double { Double(number(bytes)) / 65536 }
}
