/// The segment of a Matroska file (its root element), and its child elements before the clusters.
///
/// Source: RFC 9559 (Matroska), 5.1 Segment Element.
public struct MatroskaSegment {
    public struct Element {
        public var identifier: UInt64
        /// Offset in the source, and size in bytes, of the content.
        public var content: UInt64
        public var size: UInt64
    }

    private static let cluster: UInt64 = 0x1F43_B675

    /// The offset of the segment's content, to which the positions in it are relative.
    public let start: UInt64
    private let source: any ByteSource

    /// - Returns: nil if the source is no Matroska file.
    /// - Throws: the source's error.
    public init?(_ source: any ByteSource) throws {
        guard let segment = EBMLElement.segment(in: try source.bytes(at: 0, 4096)) else { return nil }
        start = UInt64(segment.content)
        self.source = source
    }

    /// The first matching element before the clusters, of the first 64.
    public func first(where matches: (Element) throws -> Bool) throws -> Element? {
        var offset = start
        for _ in 0..<64 {
            guard let element = try element(at: offset), element.identifier != Self.cluster else { return nil }
            if try matches(element) { return element }
            let (next, overflow) = element.content.addingReportingOverflow(element.size)
            guard !overflow, next < source.size else { return nil }
            offset = next
        }
        return nil
    }

    /// - Returns: nil if there is no element, or one of unknown size.
    public func element(at offset: UInt64) throws -> Element? {
        guard let head = EBMLElement(try source.bytes(at: offset, 16), at: 0), let size = head.size else { return nil }
        return Element(identifier: head.identifier, content: offset + UInt64(head.content), size: size)
    }

    /// - Returns: the element's content; nil if it has more than `limit` bytes.
    public func content(of element: Element, limit: UInt64) throws -> [UInt8]? {
        element.size <= limit ? try source.bytes(at: element.content, Int(element.size)) : nil
    }
}

/// The track fields of a Matroska file that libavformat doesn't export.
///
/// Source: RFC 9559 (Matroska), 5.1.4 Tracks Element.
public struct MatroskaTracks {
    public struct Track {
        /// The first encryption's algorithm, such as `AES`; nil for a track that isn't encrypted.
        public var encryption: String?
        /// TrackType: 1 video, 2 audio, 17 subtitles.
        public var type: UInt64 = 0
        public var codec = ""
        /// LanguageBCP47, such as `zh-Hant-TW`; nil if absent.
        public var language: String?
        /// PixelWidth and PixelHeight: the stored frame, before cropping.
        public var size = Resolution(width: 0, height: 0)
        /// PixelCrop, in luma samples.
        public var crop = CropInsets()
        /// DisplayWidth and DisplayHeight, in DisplayUnit; 0 if absent.
        public var display = Resolution(width: 0, height: 0)
    }

    public let tracks: [Track]

    private enum Identifier {
        static let tracks: UInt64 = 0x1654_AE6B
        static let entry: UInt64 = 0xAE
        static let video: UInt64 = 0xE0
    }

    /// Largest Tracks element that is read, in bytes: codec private data takes most of it.
    private static let limit: UInt64 = 16 << 20

    /// - Throws: the source's error.
    public init(_ source: any ByteSource) throws {
        guard let segment = try MatroskaSegment(source),
            let list = try segment.first(where: { $0.identifier == Identifier.tracks }),
            let content = try segment.content(of: list, limit: Self.limit)
        else {
            tracks = []
            return
        }
        tracks = EBMLElement.all(in: content[...]).filter { $0.identifier == Identifier.entry }.map {
            Self.track($0.content)
        }
    }

    private static func track(_ content: ArraySlice<UInt8>) -> Track {
        var track = Track()
        for (identifier, content) in EBMLElement.all(in: content) {
            switch identifier {
            case 0x6D80: track.encryption = encryption(content)
            case 0x83: track.type = EBMLElement.number(content)
            case 0x86: track.codec = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            case 0x22B59D: track.language = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            case Identifier.video: add(content, to: &track)
            default: break
            }
        }
        return track
    }

    /// The algorithm of the first ContentEncoding of ContentEncodingType 1. Source: RFC 9559 (Matroska), 5.1.4.1.31.
    private static func encryption(_ encodings: ArraySlice<UInt8>) -> String? {
        for (identifier, encoding) in EBMLElement.all(in: encodings) where identifier == 0x6240 {
            let fields = EBMLElement.all(in: encoding)
            guard fields.contains(where: { $0.identifier == 0x5033 && EBMLElement.number($0.content) == 1 }) else {
                continue
            }
            let settings = fields.first { $0.identifier == 0x5035 }.map { EBMLElement.all(in: $0.content) } ?? []
            let algorithm = settings.first { $0.identifier == 0x47E1 }.map { EBMLElement.number($0.content) } ?? 0
            return [1: "DES", 2: "3DES", 3: "Twofish", 4: "Blowfish", 5: "AES"][algorithm] ?? "an unknown algorithm"
        }
        return nil
    }

    /// The tracks that libavformat makes streams of, in the order of the streams: video, audio, subtitles and metadata.
    public var streams: [Track] { tracks.filter { [1, 2, 17, 33].contains($0.type) && !$0.codec.isEmpty } }

    private static func add(_ video: ArraySlice<UInt8>, to track: inout Track) {
        for (identifier, content) in EBMLElement.all(in: video) {
            let value = Int(clamping: min(EBMLElement.number(content), 1 << 24))
            switch identifier {
            case 0xB0: track.size.width = value
            case 0xBA: track.size.height = value
            case 0x54AA: track.crop.bottom = value
            case 0x54BB: track.crop.top = value
            case 0x54CC: track.crop.left = value
            case 0x54DD: track.crop.right = value
            case 0x54B0: track.display.width = value
            case 0x54BA: track.display.height = value
            default: break
            }
        }
    }
}
