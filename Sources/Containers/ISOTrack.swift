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
        guard let entry = try Self.descriptions(of: track.content, in: source).first, entry.count >= 78 else {
            return nil
        }
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
    private static func tracks(in source: any ByteSource) throws -> [Range<UInt64>] {
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
        // Version, flags and entry_count come first.
        guard let table = try descend(["mdia", "minf", "stbl", "stsd"], from: track, in: source), table.count > 8
        else { return [] }
        return try boxes(in: table.lowerBound + 8..<table.upperBound, of: source).map(\.content)
    }

    /// The content of the first box of the first type, in it that of the first box of the second type, and so on.
    private static func descend(
        _ types: [String], from range: Range<UInt64>, in source: any ByteSource
    ) throws -> Range<UInt64>? {
        try types.reduce(range) { range, type in
            try range.flatMap { try boxes(in: $0, of: source).first { $0.type == type }?.content }
        }
    }

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

    private static func boxes(
        in range: Range<UInt64>, of source: any ByteSource
    ) throws -> [BoxWalk<any Error>.Box] {
        var walk = BoxWalk(range, of: source)
        var boxes: [BoxWalk<any Error>.Box] = []
        while boxes.count < 4096, let box = try walk.nextWhole() { boxes.append(box) }
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

/// A source whose `clap` boxes appear as `free` boxes, which every parser skips.
///
/// libavformat from 7.1 on rejects a whole file if a clean aperture is invalid or extends beyond the frame.
public final class ClapHidingSource: ByteSource {
    private let source: any ByteSource
    /// Offsets of the type fields.
    private let types: [UInt64]

    /// - Returns: nil if the source is no ISO BMFF file with clean apertures.
    /// - Throws: the source's error.
    public init?(cleanAperturesOf source: any ByteSource) throws {
        types = try ISOTrack.cleanApertures(in: source)
        guard !types.isEmpty else { return nil }
        self.source = source
    }

    public var size: UInt64 { source.size }

    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(at: offset, into: buffer)
        let range = offset..<offset + UInt64(count)
        for type in types {
            for (index, letter) in "free".utf8.enumerated() where range.contains(type + UInt64(index)) {
                buffer[Int(type + UInt64(index) - offset)] = letter
            }
        }
        return count
    }
}
