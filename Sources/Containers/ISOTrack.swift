/// What a movie's boxes say of one of its tracks and libavformat doesn't pass on in every version.
///
/// Source: ISO/IEC 14496-12, 8.3.2 track header, 12.1.4 pixel aspect ratio and clean aperture; Apple, "QuickTime File
/// Format", clean aperture extension.
public struct ISOTrack {
    /// The clean aperture: width, height and the distance of its middle from the picture's, in samples.
    public var cleanAperture: (width: Double, height: Double, x: Double, y: Double)?
    /// Whether the shape of a sample is said beside the picture.
    public var hasPixelShape = false
    /// The picture's size in the sample description.
    public var size = Resolution(width: 0, height: 0)
    /// Width and height of the track as shown.
    public var shown: (width: Double, height: Double) = (0, 0)

    private struct Box {
        var kind: String
        /// Where its head begins.
        var start: UInt64
        var content: Range<UInt64>
    }

    /// - Parameter identifier: the track's.
    /// - Returns: nil where there is no such track of pictures.
    /// - Throws: what the source threw.
    public init?(_ identifier: Int, in source: any ByteSource) throws {
        guard let track = try Self.headers(in: source).first(where: { $0.identifier == identifier }) else { return nil }
        shown = (Self.fixed(track.header.suffix(8).prefix(4)), Self.fixed(track.header.suffix(4)))
        guard let entry = try Self.descriptions(of: track.content, in: source).first, entry.count >= 78 else {
            return nil
        }
        let picture = try source.bytes(at: entry.lowerBound, 78)
        size = Resolution(width: Self.number(picture[24..<26]), height: Self.number(picture[26..<28]))
        for box in try Self.boxes(in: entry.lowerBound + 78..<entry.upperBound, of: source) {
            if box.kind == "pasp" { hasPixelShape = true }
            if box.kind == "clap", box.content.count >= 32 {
                cleanAperture = Self.aperture(try source.bytes(at: box.content.lowerBound, 32))
            }
        }
    }

    /// Where the names of all clean apertures stand, of all tracks.
    ///
    /// - Throws: what the source threw.
    public static func cleanApertures(in source: any ByteSource) throws -> [UInt64] {
        try tracks(in: source).flatMap { track in
            try descriptions(of: track, in: source).filter { $0.count >= 78 }.flatMap { entry in
                try boxes(in: entry.lowerBound + 78..<entry.upperBound, of: source).filter { $0.kind == "clap" }
                    .map { $0.start + 4 }
            }
        }
    }

    /// The speeds of the tracks' edits by the tracks' identifiers, 0 for a picture that is held; empty edits have none.
    ///
    /// Source: ISO/IEC 14496-12, 8.6.6 Edit List Box.
    public static func speeds(in source: any ByteSource) throws -> [Int: [Double]] {
        var speeds: [Int: [Double]] = [:]
        for track in try headers(in: source) {
            guard let list = try descend(["edts", "elst"], from: track.content, in: source) else { continue }
            speeds[track.identifier] = self.speeds(
                ofEdits: try source.bytes(at: list.lowerBound, min(list.count, 1 << 20)))
        }
        return speeds
    }

    /// The contents of the boxes of all tracks.
    private static func tracks(in source: any ByteSource) throws -> [Range<UInt64>] {
        guard let movie = try descend(["moov"], from: 0..<source.size, in: source) else { return [] }
        return try boxes(in: movie, of: source).filter { $0.kind == "trak" }.map(\.content)
    }

    /// All tracks that have a header.
    private static func headers(
        in source: any ByteSource
    ) throws -> [(identifier: Int, header: [UInt8], content: Range<UInt64>)] {
        try tracks(in: source).compactMap { track in
            guard let header = try descend(["tkhd"], from: track, in: source), header.count <= 256 else { return nil }
            let bytes = try source.bytes(at: header.lowerBound, header.count)
            let place = bytes.first == 1 ? 20 : 12
            return bytes.count >= 84 ? (number(bytes[place..<place + 4]), bytes, track) : nil
        }
    }

    /// The contents of a track's sample descriptions.
    private static func descriptions(of track: Range<UInt64>, in source: any ByteSource) throws -> [Range<UInt64>] {
        // Version, flags and count stand before the first.
        guard let table = try descend(["mdia", "minf", "stbl", "stsd"], from: track, in: source), table.count > 8
        else { return [] }
        return try boxes(in: table.lowerBound + 8..<table.upperBound, of: source).map(\.content)
    }

    /// The content of the first box of the first kind, in that the first of the second, and so on.
    private static func descend(
        _ kinds: [String], from range: Range<UInt64>, in source: any ByteSource
    ) throws -> Range<UInt64>? {
        try kinds.reduce(range) { range, kind in
            try range.flatMap { try boxes(in: $0, of: source).first { $0.kind == kind }?.content }
        }
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
            guard let head = BoxHeader(try source.bytes(at: offset, 16)) else { break }
            let size = head.size == 0 ? range.upperBound - offset : head.size
            guard size >= head.length, size <= range.upperBound - offset else { break }
            boxes.append(Box(kind: head.kind, start: offset, content: offset + head.length..<offset + size))
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
