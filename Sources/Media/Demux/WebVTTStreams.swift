import CFFmpeg
import Containers

/// Converts WebVTT streams that libavformat up to 7 doesn't recognize, mkvmerge's (`S_TEXT/WEBVTT`) and MP4's (`wvtt`),
/// into the form that it uses for WebM's.
///
/// Used from one thread at a time.
final class WebVTTStreams: @unchecked Sendable {
    // Sendable: owned by a demuxer, which one thread uses at a time.
    private enum Format { case mp4, matroska }

    /// By stream index.
    private let formats: [Int: Format]
    /// The remaining cues of a packet, in reverse order.
    private var pending: [WebVTTCue] = []
    private var original: Packet?

    /// Sets the streams' codec.
    ///
    /// - Throws: the source's error.
    init(in context: UnsafeMutablePointer<AVFormatContext>, of source: any ByteSource) throws {
        let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
        let unknown = streams.filter { $0.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_NONE }
        var formats: [Int: Format] = [:]
        for stream in unknown where stream.pointee.codecpar.pointee.codec_tag == Self.mp4Tag {
            formats[Int(stream.pointee.index)] = .mp4
        }
        let isMatroska = context.sourceContainer == .matroska
        if isMatroska, unknown.contains(where: { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE }) {
            let subtitles = streams.filter { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE }
            let tracks = try MatroskaTracks(source).tracks.filter { $0.type == 17 }
            if tracks.count == subtitles.count {
                for (stream, track) in zip(subtitles, tracks) where track.codec == "S_TEXT/WEBVTT" {
                    formats[Int(stream.pointee.index)] = .matroska
                }
            }
        }
        for stream in streams where formats[Int(stream.pointee.index)] != nil {
            stream.pointee.codecpar.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
            stream.pointee.codecpar.pointee.codec_id = AV_CODEC_ID_WEBVTT
        }
        self.formats = formats
    }

    private static let mp4Tag = reelpress_fourcc(0x77, 0x76, 0x74, 0x74)

    /// The next cue of the last packet; nil if there are no more.
    func next() throws -> Packet? {
        let cue = pending.popLast()
        defer { if pending.isEmpty { original = nil } }
        switch original {
        case .some(let original): return try cue?.packet(in: original)
        case nil: return nil
        }
    }

    /// The first cue of a packet of these streams; a packet of another stream unchanged.
    func translate(_ packet: consuming Packet) throws -> Packet {
        guard let format = formats[packet.streamIndex] else { return packet }
        let bytes = UnsafeBufferPointer(start: packet.pointer.pointee.data, count: packet.byteCount)
        switch format {
        case .mp4: pending = WebVTTCue.inMP4(bytes).reversed()
        case .matroska: pending = [WebVTTCue.inMatroska(bytes, addition: Self.addition(to: packet))]
        }
        // A sample that shows nothing is counted too.
        let first = pending.popLast() ?? WebVTTCue()
        let translated = try first.packet(in: packet)
        if !pending.isEmpty { original = consume packet }
        return translated
    }

    /// Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL: an 8-byte ID comes first.
    private static func addition(to packet: borrowing Packet) -> [UInt8]? {
        var size = 0
        guard let data = av_packet_get_side_data(packet.pointer, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &size), size > 8
        else { return nil }
        return Array(UnsafeBufferPointer(start: data + 8, count: size - 8))
    }
}
