/// What a Matroska file says of its tracks and libavformat doesn't pass on.
///
/// Source: RFC 9559 (Matroska), 5.1.4 Tracks Element.
struct MatroskaTracks {
    struct Track {
        /// 1 video, 2 audio, 17 subtitles.
        var kind: UInt64 = 0
        var codec = ""
        /// Samples of the stored picture, cut off or not.
        var size = PictureSize(width: 0, height: 0)
        /// What players cut off.
        var crop = Margins()
        /// Width and height of what is shown, in a unit of its own; 0 where it isn't said.
        var display = PictureSize(width: 0, height: 0)
    }

    let tracks: [Track]

    private enum Identifier {
        static let tracks: UInt64 = 0x1654_AE6B
        static let cluster: UInt64 = 0x1F43_B675
        static let entry: UInt64 = 0xAE
        static let video: UInt64 = 0xE0
    }

    /// Bytes of the element that lists the tracks, at most: most of it is for codecs.
    private static let limit: UInt64 = 16 << 20

    /// - Throws: what the source threw.
    init(_ source: any ByteSource) throws {
        guard let content = try Self.content(of: source) else {
            tracks = []
            return
        }
        tracks = EBMLElement.all(in: content[...]).filter { $0.identifier == Identifier.entry }.map {
            Self.track($0.content)
        }
    }

    /// The tracks come before the first cluster.
    private static func content(of source: any ByteSource) throws -> [UInt8]? {
        guard let segment = EBMLElement.segment(in: try source.bytes(at: 0, 4096)) else { return nil }
        var offset = UInt64(segment.content)
        for _ in 0..<64 {
            guard let element = EBMLElement(try source.bytes(at: offset, 16), at: 0), let size = element.size,
                element.identifier != Identifier.cluster
            else { return nil }
            if element.identifier == Identifier.tracks {
                return size <= limit ? try source.bytes(at: offset + UInt64(element.content), Int(size)) : nil
            }
            let (next, overflow) = (offset + UInt64(element.content)).addingReportingOverflow(size)
            guard !overflow, next < source.size else { return nil }
            offset = next
        }
        return nil
    }

    private static func track(_ content: ArraySlice<UInt8>) -> Track {
        var track = Track()
        for (identifier, content) in EBMLElement.all(in: content) {
            switch identifier {
            case 0x83: track.kind = number(content)
            case 0x86: track.codec = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            case Identifier.video: add(content, to: &track)
            default: break
            }
        }
        return track
    }

    private static func add(_ video: ArraySlice<UInt8>, to track: inout Track) {
        for (identifier, content) in EBMLElement.all(in: video) {
            let value = Int(clamping: min(number(content), 1 << 24))
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

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
