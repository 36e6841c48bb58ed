import CFFmpeg
import Containers

/// Streams of WebVTT that libavformat passes on without knowing what they are, in versions up to 7: mkvmerge's
/// (`S_TEXT/WEBVTT`) and MP4's (`wvtt`). They become what it knows, WebM's.
///
/// Used from one thread at a time.
final class WebVTTStreams: @unchecked Sendable {
    // Sendable: owned by a demuxer, which one thread uses at a time.
    private enum Kind { case movie, matroska }

    private let kinds: [Int: Kind]
    /// Cues of one packet that are still to come, the next one last.
    private var waiting: [WebVTTCue] = []
    private var original: Packet?

    /// Marks the streams as what they are.
    ///
    /// - Throws: what the source threw.
    init(in context: UnsafeMutablePointer<AVFormatContext>, of source: any ByteSource) throws {
        let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
        let unknown = streams.filter { $0.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_NONE }
        var kinds: [Int: Kind] = [:]
        for stream in unknown where stream.pointee.codecpar.pointee.codec_tag == Self.movieTag {
            kinds[Int(stream.pointee.index)] = .movie
        }
        let isMatroska = context.sourceContainer == .matroska
        if isMatroska, unknown.contains(where: { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE }) {
            let texts = streams.filter { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE }
            let tracks = try MatroskaTracks(source).tracks.filter { $0.kind == 17 }
            if tracks.count == texts.count {
                for (stream, track) in zip(texts, tracks) where track.codec == "S_TEXT/WEBVTT" {
                    kinds[Int(stream.pointee.index)] = .matroska
                }
            }
        }
        for stream in streams where kinds[Int(stream.pointee.index)] != nil {
            stream.pointee.codecpar.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
            stream.pointee.codecpar.pointee.codec_id = AV_CODEC_ID_WEBVTT
        }
        self.kinds = kinds
    }

    private static let movieTag = reelpress_fourcc(0x77, 0x76, 0x74, 0x74)

    /// The next cue of the packet that came last; nil if there is none any more.
    func next() throws -> Packet? {
        let cue = waiting.popLast()
        defer { if waiting.isEmpty { original = nil } }
        switch original {
        case .some(let original): return try cue?.packet(in: original)
        case nil: return nil
        }
    }

    /// The packet as libavformat would give it: that of another stream untouched, one of these its first cue.
    func translate(_ packet: consuming Packet) throws -> Packet {
        guard let kind = kinds[packet.streamIndex] else { return packet }
        let bytes = UnsafeBufferPointer(start: packet.pointer.pointee.data, count: packet.byteCount)
        switch kind {
        case .movie: waiting = WebVTTCue.inMovie(bytes).reversed()
        case .matroska: waiting = [WebVTTCue.inMatroska(bytes, addition: Self.addition(to: packet))]
        }
        // A sample may show nothing, and is counted all the same.
        let first = waiting.popLast() ?? WebVTTCue()
        let translated = try first.packet(in: packet)
        if !waiting.isEmpty { original = consume packet }
        return translated
    }

    /// Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL: eight bytes of a number come first.
    private static func addition(to packet: borrowing Packet) -> [UInt8]? {
        var size = 0
        guard let data = av_packet_get_side_data(packet.pointer, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &size), size > 8
        else { return nil }
        return Array(UnsafeBufferPointer(start: data + 8, count: size - 8))
    }
}
