import CFFmpeg
import Findings

/// One text of a WebVTT stream, on its way into the form that libavformat knows.
struct WebVTTCue: Sendable, Equatable {
    var text: [UInt8] = []
    var identifier: [UInt8] = []
    /// Where it stands, as `line:10% align:start`.
    var settings: [UInt8] = []

    /// The cues of one sample of MP4's; none where nothing is shown.
    ///
    /// Source: ISO/IEC 14496-30, WebVTT streams.
    static func inMovie(_ sample: some RandomAccessCollection<UInt8>) -> [WebVTTCue] {
        boxes(Array(sample)[...]).filter { $0.kind == "vttc" }.map { box in
            var cue = WebVTTCue()
            for (kind, content) in boxes(box.content) {
                switch kind {
                case "payl": cue.text = Array(content)
                case "iden": cue.identifier = Array(content)
                case "sttg": cue.settings = Array(content)
                default: break
                }
            }
            return cue
        }
    }

    private static func boxes(_ bytes: ArraySlice<UInt8>) -> [(kind: String, content: ArraySlice<UInt8>)] {
        var boxes: [(kind: String, content: ArraySlice<UInt8>)] = []
        var rest = bytes
        while rest.count >= 8 {
            let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, size <= rest.count else { break }
            let kind = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            boxes.append((kind, rest.prefix(size).dropFirst(8)))
            rest = rest.dropFirst(size)
        }
        return boxes
    }

    /// The cue of one block of Matroska's.
    ///
    /// Source: Matroska, "Subtitles", WebVTT: a line of settings, a line with the identifier, comments.
    ///
    /// - Parameter addition: what stands beside the block.
    static func inMatroska(_ block: some Collection<UInt8>, addition: [UInt8]?) -> WebVTTCue {
        let lines = (addition ?? []).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return WebVTTCue(
            text: Array(block), identifier: lines.count > 1 ? Array(lines[1]) : [],
            settings: lines.first.map { Array($0) } ?? [])
    }

    /// A packet of its own. Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_WEBVTT_IDENTIFIER.
    ///
    /// - Parameter original: the packet that the cue was in.
    func packet(in original: borrowing Packet) throws -> Packet {
        let packet = try Packet()
        try check(av_new_packet(packet.pointer, Int32(text.count)), "a cue", .demux)
        if !text.isEmpty { packet.pointer.pointee.data.update(from: text, count: text.count) }
        try check(av_packet_copy_props(packet.pointer, original.pointer), "a cue", .demux)
        av_packet_free_side_data(packet.pointer)
        for (type, bytes) in [
            (AV_PKT_DATA_WEBVTT_IDENTIFIER, identifier), (AV_PKT_DATA_WEBVTT_SETTINGS, settings),
        ] where !bytes.isEmpty {
            let data = try allocated(av_packet_new_side_data(packet.pointer, type, bytes.count), "a cue", .demux)
            data.update(from: bytes, count: bytes.count)
        }
        packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY
        return packet
    }
}
