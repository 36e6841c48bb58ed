import CFFmpeg
import Containers
import Findings

/// A WebVTT cue, to be converted into the packets that libavformat uses for WebM.
struct WebVTTCue: Sendable, Equatable {
    var text: [UInt8] = []
    var identifier: [UInt8] = []
    /// Cue settings, such as `line:10% align:start`.
    var settings: [UInt8] = []

    init(text: [UInt8] = [], identifier: [UInt8] = [], settings: [UInt8] = []) {
        (self.text, self.identifier, self.settings) = (text, identifier, settings)
    }

    /// The cues of an MP4 sample; none if it shows nothing.
    ///
    /// Source: ISO/IEC 14496-30, WebVTT streams.
    static func inMP4(_ sample: some RandomAccessCollection<UInt8>) -> [WebVTTCue] {
        let sample = Array(sample)
        var cues: [WebVTTCue] = []
        var boxes = BoxWalk(0..<sample.count, of: sample)
        while let box = boxes.nextWhole() {
            if box.type == "vttc" { cues.append(WebVTTCue(box, in: sample)) }
        }
        return cues
    }

    private init(_ box: BoxWalk<Never>.Box, in sample: [UInt8]) {
        var children = BoxWalk(Int(box.content.lowerBound)..<Int(box.content.upperBound), of: sample)
        while let child = children.nextWhole() {
            let content = Array(sample[Int(child.content.lowerBound)..<Int(child.content.upperBound)])
            switch child.type {
            case "payl": text = content
            case "iden": identifier = content
            case "sttg": settings = content
            default: break
            }
        }
    }

    /// The cue of a Matroska block.
    ///
    /// Source: Matroska, "Subtitles", WebVTT: a line of settings, a line with the identifier, comments.
    ///
    /// - Parameter addition: the block's BlockAdditional.
    static func inMatroska(_ block: some Collection<UInt8>, addition: [UInt8]?) -> WebVTTCue {
        let lines = (addition ?? []).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return WebVTTCue(
            text: Array(block), identifier: lines.count > 1 ? Array(lines[1]) : [],
            settings: lines.first.map { Array($0) } ?? [])
    }

    /// A packet with this cue. Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_WEBVTT_IDENTIFIER.
    ///
    /// - Parameter original: the packet that contained the cue.
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
