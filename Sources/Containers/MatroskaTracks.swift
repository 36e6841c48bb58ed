/// What a Matroska file says of its tracks and libavformat doesn't pass on.
///
/// Source: RFC 9559 (Matroska), 5.1.4 Tracks Element.
public struct MatroskaTracks {
    public struct Track {
        /// 1 video, 2 audio, 17 subtitles.
        public var kind: UInt64 = 0
        public var codec = ""
        /// Samples of the stored picture, cut off or not.
        public var size = Resolution(width: 0, height: 0)
        /// What players cut off.
        public var crop = CropInsets()
        /// Width and height of what is shown, in a unit of its own; 0 where it isn't said.
        public var display = Resolution(width: 0, height: 0)
    }

    public let tracks: [Track]

    private enum Identifier {
        static let tracks: UInt64 = 0x1654_AE6B
        static let entry: UInt64 = 0xAE
        static let video: UInt64 = 0xE0
    }

    /// Bytes of the element that lists the tracks, at most: most of it is for codecs.
    private static let limit: UInt64 = 16 << 20

    /// - Throws: what the source threw.
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
            case 0x83: track.kind = EBMLElement.number(content)
            case 0x86: track.codec = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            case Identifier.video: add(content, to: &track)
            default: break
            }
        }
        return track
    }

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
