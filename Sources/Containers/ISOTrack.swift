/// The fields of an ISO BMFF video track that libavformat doesn't export in every version.
///
/// Source: ISO/IEC 14496-12, 8.3.2 track header, 12.1.4 pixel aspect ratio and clean aperture; Apple, "QuickTime File
/// Format", clean aperture extension.
public struct ISOTrack {
    /// The clean aperture: width, height and the offset of its centre from the frame's, in luma samples.
    public var cleanAperture: (width: Double, height: Double, x: Double, y: Double)?
    /// Whether the sample description has a `pasp` box (a sample aspect ratio).
    public var hasSampleAspectRatio = false
    /// The frame size in the sample description.
    public var size = Resolution(width: 0, height: 0)
    /// Display width and height of the track header.
    public var displaySize: (width: Double, height: Double) = (0, 0)

    /// - Parameter identifier: the track's `track_ID`.
    /// - Returns: nil if there is no such video track.
    /// - Throws: the source's error.
    public init?(_ identifier: Int, in source: any ByteSource) throws {
        guard let track = try Self.headers(in: source).first(where: { $0.identifier == identifier }) else { return nil }
        displaySize = (Self.fixed(track.header.suffix(8).prefix(4)), Self.fixed(track.header.suffix(4)))
        let entries = try Self.descriptions(of: track.content, in: source)
        let number = try Self.firstDescription(of: track.content, in: source)
        guard entries.indices.contains(number), entries[number].count >= 78 else { return nil }
        let entry = entries[number]
        let description = try source.bytes(at: entry.lowerBound, 78)
        size = Resolution(
            width: Int(description[24..<26].bigEndianValue), height: Int(description[26..<28].bigEndianValue))
        for box in try Self.boxes(in: entry.lowerBound + 78..<entry.upperBound, of: source) {
            if box.type == "pasp" { hasSampleAspectRatio = true }
            if box.type == "clap", box.content.count >= 32 {
                cleanAperture = Self.aperture(try source.bytes(at: box.content.lowerBound, 32))
            }
        }
    }

    /// The offsets of the type fields of all `clap` boxes, of all tracks.
    ///
    /// - Throws: the source's error.
    static func cleanApertures(in source: any ByteSource) throws -> [UInt64] {
        try tracks(in: source).flatMap { track in
            try descriptions(of: track, in: source).filter { $0.count >= 78 }.flatMap { entry in
                try boxes(in: entry.lowerBound + 78..<entry.upperBound, of: source).filter { $0.type == "clap" }
                    .map { $0.range.lowerBound + 4 }
            }
        }
    }

    /// The protection schemes of encrypted tracks, such as `cenc`, by `track_ID`.
    ///
    /// Source: ISO/IEC 14496-12, 8.12 Support for Protected Streams; ISO/IEC 23001-7, 4.2 (cenc, cbc1, cens, cbcs).
    ///
    /// - Throws: the source's error.
    public static func encryption(in source: any ByteSource) throws -> [Int: String] {
        var schemes: [Int: String] = [:]
        for track in try headers(in: source) {
            let entries = try entries(of: track.content, in: source)
            guard let entry = entries.first(where: { protectedEntries.contains($0.type) }) else { continue }
            schemes[track.identifier] = try scheme(of: entry.content, in: source) ?? entry.type
        }
        return schemes
    }

    /// `drms` and `drmi` are Apple's, the others the standard's.
    private static let protectedEntries = ["encv", "enca", "enct", "encs", "encm", "drms", "drmi"]

    /// The scheme_type in the `schm` box of a sample description: it comes after fields of various lengths.
    private static func scheme(of entry: Range<UInt64>, in source: any ByteSource) throws -> String? {
        let bytes = try source.bytes(at: entry.lowerBound, min(entry.count, 1 << 16))
        let name = Array("schm".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: name) }), start + 12 <= bytes.count
        else { return nil }
        return String(decoding: bytes[start + 8..<start + 12], as: UTF8.self)
    }

    /// The places of all durations that are all ones: the duration cannot be determined.
    ///
    /// Source: ISO/IEC 14496-12, 8.2.2 Movie Header Box, 8.3.2 Track Header Box, 8.4.2 Media Header Box, 8.8.2 Movie
    /// Extends Header Box.
    ///
    /// - Throws: the source's error.
    static func unknownDurations(in source: any ByteSource) throws -> [Range<UInt64>] {
        guard let movie = try descend(["moov"], from: 0..<source.size, in: source) else { return [] }
        var places = [
            try unknownDuration(["mvhd"], (16, 24), of: movie, in: source),
            try unknownDuration(["mvex", "mehd"], (4, 4), of: movie, in: source),
        ]
        for track in try tracks(in: source) {
            places.append(try unknownDuration(["tkhd"], (20, 28), of: track, in: source))
            places.append(try unknownDuration(["mdia", "mdhd"], (16, 24), of: track, in: source))
        }
        return places.compactMap(\.self)
    }

    /// - Parameter offsets: of the duration in the box's content, in version 0 (4 bytes) and in version 1 (8 bytes).
    private static func unknownDuration(
        _ path: [String], _ offsets: (UInt64, UInt64), of parent: Range<UInt64>, in source: any ByteSource
    ) throws -> Range<UInt64>? {
        guard let content = try descend(path, from: parent, in: source) else { return nil }
        let isLong = try source.bytes(at: content.lowerBound, 1).first == 1
        let start = content.lowerBound + (isLong ? offsets.1 : offsets.0)
        let place = start..<start + (isLong ? 8 : 4)
        guard place.upperBound <= content.upperBound else { return nil }
        return try source.bytes(at: start, place.count).allSatisfy { $0 == 0xFF } ? place : nil
    }

    /// The extended languages of tracks in BCP 47, such as `zh-Hant-TW`, by `track_ID`.
    ///
    /// Source: ISO/IEC 14496-12, 8.4.6 Extended language tag.
    ///
    /// - Throws: the source's error.
    public static func languages(in source: any ByteSource) throws -> [Int: String] {
        var languages: [Int: String] = [:]
        for track in try headers(in: source) {
            // Version and flags come first.
            guard let box = try descend(["mdia", "elng"], from: track.content, in: source), box.count > 4 else {
                continue
            }
            let text = try source.bytes(at: box.lowerBound + 4, min(box.count - 4, 256))
            languages[track.identifier] = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return languages
    }

    /// The media rates of the tracks' edits by `track_ID`, 0 for a dwell (a held frame); empty edits are left out.
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

    /// The contents of all `trak` boxes.
    static func tracks(in source: any ByteSource) throws -> [Range<UInt64>] {
        guard let moov = try descend(["moov"], from: 0..<source.size, in: source) else { return [] }
        return try boxes(in: moov, of: source).filter { $0.type == "trak" }.map(\.content)
    }

    /// All tracks that have a header.
    private static func headers(
        in source: any ByteSource
    ) throws -> [(identifier: Int, header: [UInt8], content: Range<UInt64>)] {
        try tracks(in: source).compactMap { track in
            guard let header = try descend(["tkhd"], from: track, in: source), header.count <= 256 else { return nil }
            let bytes = try source.bytes(at: header.lowerBound, header.count)
            let position = bytes.first == 1 ? 20 : 12
            return bytes.count >= 84 ? (Int(bytes[position..<position + 4].bigEndianValue), bytes, track) : nil
        }
    }

    /// The contents of a track's sample descriptions.
    private static func descriptions(of track: Range<UInt64>, in source: any ByteSource) throws -> [Range<UInt64>] {
        try entries(of: track, in: source).map(\.content)
    }

    /// The sample description of a track's first sample, from 0; the first one in a fragmented file.
    ///
    /// Source: ISO/IEC 14496-12, 8.7.4 Sample To Chunk Box.
    private static func firstDescription(of track: Range<UInt64>, in source: any ByteSource) throws -> Int {
        guard let table = try descend(["mdia", "minf", "stbl", "stsc"], from: track, in: source), table.count >= 20
        else { return 0 }
        // Version, flags, entry_count, first_chunk and samples_per_chunk come first.
        return max(0, Int(try source.bytes(at: table.lowerBound + 16, 4).bigEndianValue) - 1)
    }

    /// The content of the first box of the first type, in it that of the first box of the second type, and so on.
    static func descend(
        _ types: [String], from range: Range<UInt64>, in source: any ByteSource
    ) throws -> Range<UInt64>? {
        try types.reduce(range) { range, type in
            try range.flatMap { try content(of: type, in: $0, of: source) }
        }
    }

    /// Reads no header after that of the first box of the type: a fragmented file has thousands.
    private static func content(
        of type: String, in range: Range<UInt64>, of source: any ByteSource
    ) throws -> Range<UInt64>? {
        var walk = BoxWalk(range, of: source)
        for _ in 0..<maxBoxes {
            guard let box = try walk.nextWhole() else { return nil }
            if box.type == type { return box.content }
        }
        return nil
    }

    private static let maxBoxes = 4096

    private static func speeds(ofEdits list: [UInt8]) -> [Double] {
        // segment_duration, media_time, media_rate: the first two have 4 bytes each, or 8 in version 1.
        let length = list.first == 1 ? 8 : 4
        return stride(from: 8, to: max(8, list.count - 2 * length - 3), by: 2 * length + 4).compactMap { entry in
            let start = list[entry + length..<entry + 2 * length]
            guard !start.allSatisfy({ $0 == 0xFF }) else { return nil }
            let speed = fixed(list[entry + 2 * length..<entry + 2 * length + 4])
            return (speed * 100).rounded() / 100
        }
    }

    static func boxes(
        in range: Range<UInt64>, of source: any ByteSource
    ) throws -> [BoxWalk<any Error>.Box] {
        var walk = BoxWalk(range, of: source)
        var boxes: [BoxWalk<any Error>.Box] = []
        while boxes.count < maxBoxes, let box = try walk.nextWhole() { boxes.append(box) }
        return boxes
    }

    /// Four ratios; the offsets are signed.
    private static func aperture(
        _ bytes: [UInt8]
    ) -> (width: Double, height: Double, x: Double, y: Double)? {
        let values = (0..<8).map { Int32(truncatingIfNeeded: bytes[$0 * 4..<$0 * 4 + 4].bigEndianValue) }
        let ratios = stride(from: 0, to: 8, by: 2).map {
            Double(values[$0]) / Double(UInt32(bitPattern: values[$0 + 1]))
        }
        guard ratios.allSatisfy(\.isFinite) else { return nil }
        return (ratios[0], ratios[1], ratios[2], ratios[3])
    }

    /// A 16.16 fixed-point number.
    private static func fixed(_ bytes: some Collection<UInt8>) -> Double { Double(bytes.bigEndianValue) / 65536 }
}
