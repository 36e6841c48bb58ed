import TestSupport
import Testing

/// Files that make an unrestricted reader open another file or a connection.
enum HostileFile: String, CaseIterable, CustomTestStringConvertible {
    case playlist, playlistOfURL, concatenation, sessionDescription, manifest, imagePattern, aliasReference
    case urlReference, referenceMovie, playlistInAVI, subtitleIndex, smil, xspf, asx, asfReference, realMediaText
    case script, filterGraph, vectorImage, composition, subtitles

    var testDescription: String { rawValue }

    /// Whether Debian's ffprobe opens the other file if everything is allowed: this proves that the file works.
    var worksOnAnOpenReader: Bool {
        switch self {
        case .playlist, .playlistOfURL, .concatenation, .manifest, .imagePattern, .aliasReference, .subtitleIndex: true
        default: false
        }
    }

    /// A URL is ignored, and the media data are in the movie itself.
    var isRefused: Bool { self != .urlReference }

    /// Most lie about what they are.
    var name: String {
        switch self {
        case .imagePattern: "canary%03d.png"
        case .subtitleIndex: "canary.idx"
        case .aliasReference, .urlReference, .referenceMovie: "source.mov"
        case .playlistInAVI: "source.avi"
        default: "source.mp4"
        }
    }

    /// The canary's name; some readers ask for one that fits the source's.
    var canaryName: String {
        switch self {
        case .imagePattern: "canary001.png"
        case .subtitleIndex: "canary.sub"
        default: "canary.ts"
        }
    }

    /// - Parameter movie: a QuickTime movie with its index at the end.
    func bytes(_ canary: Canary, movie: [UInt8]) -> [UInt8] {
        let (path, url) = (canary.path, "http://127.0.0.1:\(canary.port)/canary")
        switch self {
        case .playlist: return Self.text("#EXTM3U", "#EXT-X-TARGETDURATION:9", "#EXTINF:9,", path, "#EXT-X-ENDLIST")
        case .playlistOfURL:
            return Self.text("#EXTM3U", "#EXT-X-TARGETDURATION:9", "#EXTINF:9,", "\(url).ts", "#EXT-X-ENDLIST")
        case .concatenation: return Self.text("ffconcat version 1.0", "file '\(path)'", "file '\(url)'")
        case .sessionDescription:
            return Self.text(
                "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "a=control:\(url)",
                "m=video \(canary.port) RTP/AVP 96", "a=rtpmap:96 H264/90000")
        case .manifest:
            return Self.text(
                #"<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" "#,
                #"mediaPresentationDuration="PT9S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>"#,
                #"<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="9"><BaseURL>\#(url)</BaseURL>"#,
                #"</Representation></AdaptationSet></Period></MPD>"#)
        case .imagePattern: return Self.text("no image, but a name that stands for many")
        case .aliasReference: return DataReference.alias(to: canaryName).replacing(in: movie)
        case .urlReference: return DataReference.url(url).replacing(in: movie)
        case .referenceMovie:
            let reference = Self.box("rdrf", [0, 0, 0, 0] + Array("url ".utf8) + Self.counted(url))
            return Self.box("ftyp", Array("qt  \0\0\0\0qt  ".utf8))
                + Self.box("moov", Self.box("rmra", Self.box("rmda", reference)))
        case .playlistInAVI: return Self.avi(Self.text("#EXTM3U", "#EXTINF:9,", path, "#EXTINF:9,", "\(url).ts"))
        case .subtitleIndex:
            return Self.text(
                "# VobSub index file, v7 (do not modify this line!)", "size: 720x576", "id: en, index: 0",
                "timestamp: 00:00:01:000, filepos: 000000000")
        case .smil: return Self.text(#"<smil><body><video src="\#(path)"/><video src="\#(url)"/></body></smil>"#)
        case .xspf:
            return Self.text(
                #"<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track>"#,
                "<location>file://\(path)</location><location>\(url)</location></track></trackList></playlist>")
        case .asx: return Self.text(#"<asx version="3.0"><entry><ref href="\#(url)"/></entry></asx>"#)
        case .asfReference: return Self.text("[Reference]", "Ref1=\(url)", "Ref2=file://\(path)")
        case .realMediaText: return Self.text("rtsp://127.0.0.1:\(canary.port)/canary", url)
        case .script: return Self.text("FFmpegSource2(\"\(path)\")", "AviSource(\"\(path)\")")
        case .filterGraph: return Self.text("movie=\(path)[out0];movie=\(url)[out1]")
        case .vectorImage:
            return Self.text(
                #"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" "#,
                #"height="64"><image xlink:href="file://\#(path)" width="64" height="64"/>"#,
                #"<image xlink:href="\#(url)" width="64" height="64"/></svg>"#)
        case .composition:
            return Self.text(
                #"<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016">"#,
                "<Id>urn:uuid:0</Id><SegmentList><Segment><Path>\(path)</Path><Path>\(url)</Path></Segment>",
                "</SegmentList></CompositionPlaylist>")
        case .subtitles:
            return Self.text("1", "00:00:01,000 --> 00:00:09,000", #"<img src="file://\#(path)"><img src="\#(url)">"#)
        }
    }

    private static func text(_ lines: String...) -> [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    private static func counted(_ text: String) -> [UInt8] { big(text.utf8.count + 1) + Array(text.utf8) + [0] }

    static func big(_ value: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    private static func little(_ value: Int) -> [UInt8] { big(value).reversed() }

    static func box(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        big(content.count + 8) + Array(kind.utf8) + content
    }

    /// An AVI whose one stream holds a text, as if it were subtitles ("GAB2").
    private static func avi(_ text: [UInt8]) -> [UInt8] {
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            Array(name.utf8) + little(content.count) + content + (content.count % 2 == 1 ? [0] : [])
        }
        func list(_ name: String, _ content: [UInt8]) -> [UInt8] { chunk("LIST", Array(name.utf8) + content) }
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let header = chunk("avih", little(40_000) + zeros(20) + little(1) + zeros(28))
        let type: [[UInt8]] = [
            Array("txts".utf8), zeros(16), little(1), little(25), zeros(4), little(1), zeros(20),
        ]
        let stream = chunk("strh", Array(type.joined())) + chunk("strf", zeros(0))
        let subtitle: [[UInt8]] = [
            Array("GAB2\0".utf8), [2, 0], little(2), zeros(2), [4, 0], little(text.count), text,
        ]
        let body = list("hdrl", header + list("strl", stream)) + list("movi", chunk("00sb", Array(subtitle.joined())))
        return chunk("RIFF", Array("AVI ".utf8) + body)
    }
}
