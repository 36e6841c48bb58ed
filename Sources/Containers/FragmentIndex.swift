/// The fragments of an ISO BMFF file, by their headers: where each is, and when each track continues in it.
///
/// Source: ISO/IEC 14496-12, 8.8 Movie Fragments.
public struct FragmentIndex: Sendable {
    public struct Fragment: Sendable, Equatable {
        /// Of its `moof` box.
        public var offset: UInt64
        /// By `track_ID`.
        public var runs: [Int: Run]
    }

    /// A track's first sample in a fragment.
    public struct Run: Sendable, Equatable {
        /// In ticks of the media.
        public var decodingTime: UInt64
        public var isSync: Bool
    }

    public private(set) var fragments: [Fragment] = []

    /// A file of a day in fragments of a second has fewer.
    private static let maxFragments = 100_000
    private static let maxHeader: UInt64 = 4 << 20

    /// - Returns: nil for a file without fragments, and for one whose fragments don't state their decoding times or are
    ///   damaged.
    /// - Throws: the source's error.
    public init?(_ source: any ByteSource) throws {
        guard let movie = try ISOTrack.descend(["moov"], from: 0..<source.size, in: source) else { return nil }
        let defaults = try Self.defaultFlags(movie, in: source)
        var boxes = BoxWalk(0..<source.size, of: source)
        while let box = try boxes.next() {
            guard box.type == "moof" else { continue }
            guard box.content.upperBound <= source.size, UInt64(box.content.count) <= Self.maxHeader,
                fragments.count < Self.maxFragments
            else { return nil }
            let content = try source.bytes(at: box.content.lowerBound, box.content.count)
            guard let runs = Self.runs(content, defaults) else { return nil }
            fragments.append(Fragment(offset: box.range.lowerBound, runs: runs))
        }
        if fragments.isEmpty { return nil }
    }

    /// The flags of samples that have none of their own, by `track_ID`.
    private static func defaultFlags(_ movie: Range<UInt64>, in source: any ByteSource) throws -> [Int: UInt64] {
        guard let extends = try ISOTrack.descend(["mvex"], from: movie, in: source) else { return [:] }
        var flags: [Int: UInt64] = [:]
        for box in try ISOTrack.boxes(in: extends, of: source) where box.type == "trex" {
            let content = try source.bytes(at: box.content.lowerBound, min(24, box.content.count))
            guard content.count == 24 else { continue }
            flags[Int(content[4..<8].bigEndianValue)] = content[20..<24].bigEndianValue
        }
        return flags
    }

    /// - Returns: nil if a track has no decoding time.
    private static func runs(_ content: [UInt8], _ defaults: [Int: UInt64]) -> [Int: Run]? {
        var runs: [Int: Run] = [:]
        var boxes = BoxWalk(0..<content.count, of: content)
        while let box = boxes.nextWhole() {
            guard box.type == "traf" else { continue }
            guard let (track, run) = run(content, box.content, defaults) else { return nil }
            // Of several runs of one track, the first begins the fragment.
            if let run, runs[track] == nil { runs[track] = run }
        }
        return boxes.rest == 0 ? runs : nil
    }

    /// - Returns: nil if the box is incomplete; a run of nil if the track has no sample here.
    private static func run(
        _ bytes: [UInt8], _ box: Range<UInt64>, _ defaults: [Int: UInt64]
    ) -> (track: Int, run: Run?)? {
        var header: FullBox?
        var time: UInt64?
        var first: FullBox?
        var boxes = BoxWalk(Int(box.lowerBound)..<Int(box.upperBound), of: bytes)
        while let child = boxes.nextWhole() {
            let content = FullBox(bytes[Int(child.content.lowerBound)..<Int(child.content.upperBound)])
            switch child.type {
            case "tfhd": header = content
            case "tfdt": time = content?.fields([content?.version == 1 ? 8 : 4]).last
            case "trun":
                guard first == nil, let count = content?.fields([4]).last, count > 0 else { continue }
                first = content
            default: break
            }
        }
        guard let header, let track = header.fields([4]).last.map({ Int($0) }) else { return nil }
        guard let first else { return (track, nil) }
        guard let time else { return nil }
        let flags = first.firstSampleFlags ?? header.defaultSampleFlags ?? defaults[track] ?? 0
        return (track, Run(decodingTime: time, isSync: flags & notSync == 0))
    }

    /// sample_is_non_sync_sample, and sample_depends_on others.
    private static let notSync: UInt64 = 0x101_0000
}

/// The content of a box that begins with version and flags.
private struct FullBox {
    let version: UInt8
    private let flags: UInt64
    private let rest: ArraySlice<UInt8>

    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 4, let version = bytes.first else { return nil }
        self.version = version
        flags = bytes.dropFirst().prefix(3).bigEndianValue
        rest = bytes.dropFirst(4)
    }

    /// The numbers of these widths, one after the other; fewer where the box ends.
    func fields(_ widths: [Int]) -> [UInt64] {
        var left = rest
        var values: [UInt64] = []
        for width in widths {
            guard left.count >= width else { break }
            values.append(left.prefix(width).bigEndianValue)
            left = left.dropFirst(width)
        }
        return values
    }

    /// The field of a bit, after those of lower bits that are there.
    private func field(_ bit: UInt64, after fixed: [Int], _ optional: [(bit: UInt64, width: Int)]) -> UInt64? {
        guard flags & bit != 0 else { return nil }
        let before = fixed + optional.filter { flags & $0.bit != 0 }.map(\.width)
        let values = fields(before + [4])
        return values.count == before.count + 1 ? values.last : nil
    }

    /// Of a `tfhd`.
    var defaultSampleFlags: UInt64? { field(0x20, after: [4], [(0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4)]) }

    /// Of a `trun`.
    var firstSampleFlags: UInt64? {
        field(0x4, after: [4], [(0x1, 4)]) ?? field(0x400, after: [4], [(0x1, 4), (0x100, 4), (0x200, 4)])
    }
}
