import CFFmpeg
import Containers
import Findings

/// The state of one stream of the output while it is written.
struct MuxerTrack {
    let index: Int32
    let sourceTimeBase: Rational
    /// Samples at 48 kHz to add to every timestamp.
    var codecDelay: Int64 = 0
    /// Whether packets may share a timestamp, such as subtitles that are shown together, or audio with more than one
    /// packet per millisecond: moving each by a tick would stretch it.
    var sharesTimestamps = false
    /// Frames of a copied video that may be decoded before a frame that is shown earlier.
    var reorderedFrames: Int64 = 0
    /// Whether the muxer joins all segments of a Blu-ray subtitle into one packet.
    var joinsSegments = false
    /// Packets before the first complete frame.
    private(set) var fragments = 0
    private var lastDecodingTime: Int64?
    private var step: Int64 = 0
    /// Whether all packets so far were at most a tick apart.
    private var isDense = true
    private var hasFrame = false
    private var isPresented = false
    private var hasPackets = false
    /// What the last packet that came with new decoder parameters needs.
    private var decoderParameters: [UInt8]?

    init(index: Int32, sourceTimeBase: Rational) {
        self.index = index
        self.sourceTimeBase = sourceTimeBase
    }

    /// Checks that audio can be decoded as the output's headers say: they describe all packets of a track by the last
    /// parameters that any of them came with.
    ///
    /// Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_NEW_EXTRADATA.
    ///
    /// - Throws: `ReportedError` of code `unsupported` if a packet needs other parameters than those before it.
    mutating func checkParameters(
        _ packet: UnsafeMutablePointer<AVPacket>, of stream: UnsafeMutablePointer<AVStream>, _ source: Int
    ) throws(ReportedError) {
        defer { hasPackets = true }
        var size = 0
        guard stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO,
            let side = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size), size > 0
        else { return }
        let new = Array(UnsafeBufferPointer(start: side, count: size))
        let parameters = stream.pointee.codecpar.pointee
        let current =
            decoderParameters
            ?? Array(UnsafeBufferPointer(start: parameters.extradata, count: max(0, Int(parameters.extradata_size))))
        decoderParameters = new
        guard hasPackets, new != current else { return }
        throw ReportedError(
            .unsupported, .mux,
            "the audio of stream \(source) changes its format, and an output describes a stream only once",
            advice: "split the source there")
    }

    /// Drops packets flagged AV_PKT_FLAG_DISCARD, except leading ones (pre-roll): the output's only edit list entry is
    /// at its start.
    ///
    /// Source: FFmpeg, "libavcodec/packet.h", AV_PKT_FLAG_DISCARD.
    mutating func presents(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        let isCut = packet.pointee.flags & AV_PKT_FLAG_DISCARD != 0
        if !isCut { isPresented = true }
        return !isCut || !isPresented
    }

    /// Whether a packet completes a packet of the output.
    ///
    /// Source: FFmpeg, "Bitstream Filters Documentation", pgs_frame_merge.
    func endsPacket(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        guard joinsSegments else { return true }
        let bytes = UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
        var offset = 0
        while offset + 3 <= bytes.count {
            if bytes[offset] == 0x80 { return true }
            offset += 3 + Int(bytes[offset + 1..<offset + 3].bigEndianValue)
        }
        return false
    }

    func shift(_ packet: UnsafeMutablePointer<AVPacket>, in timeBase: Rational) {
        packet.shiftTimestamps(by: rescale(codecDelay, from: Rational(1, 48_000), to: timeBase))
    }

    /// The DTS of a packet that has none, such as Matroska's first packets of a video with reordering: they are decoded
    /// some frames before the first is shown, one tick after the other.
    private func guessedDecodingTime(_ packet: UnsafeMutablePointer<AVPacket>) -> Int64 {
        let presentation = known(packet.pointee.pts)
        guard reorderedFrames > 0, let presentation else { return presentation ?? (lastDecodingTime ?? -1) + 1 }
        return lastDecodingTime.map { $0 + 1 } ?? presentation - (reorderedFrames + 1)
            * min(max(1, packet.pointee.duration), 1 << 40)
    }

    /// Makes DTS grow, as most muxers require and damaged sources violate. PTS stay unchanged.
    mutating func order(_ packet: UnsafeMutablePointer<AVPacket>) {
        var decoding = known(packet.pointee.dts) ?? guessedDecodingTime(packet)
        if let lastDecodingTime {
            decoding = max(decoding, lastDecodingTime + (sharesTimestamps ? 0 : 1))
            step = decoding - lastDecodingTime
            if step > 1 { isDense = false }
        }
        packet.pointee.dts = decoding
        packet.pointee.pts = known(packet.pointee.pts) ?? decoding
        lastDecodingTime = decoding
    }

    /// Raises a PTS below the DTS to it: in damaged sources, and where a container's time base is too coarse for both.
    func raisePresentation(_ packet: UnsafeMutablePointer<AVPacket>) {
        packet.pointee.pts = max(packet.pointee.pts, packet.pointee.dts)
    }

    /// Sets the duration of a packet without one to its frame's, or to the last packet's: players skip a last packet of
    /// duration 0.
    func lengthen(_ packet: UnsafeMutablePointer<AVPacket>, of stream: UnsafeMutablePointer<AVStream>) {
        guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_type != AVMEDIA_TYPE_SUBTITLE
        else { return }
        let isAudio = parameters.pointee.codec_type == AVMEDIA_TYPE_AUDIO
        if packet.pointee.duration <= 0 {
            let samples = isAudio ? Int64(av_get_audio_frame_duration2(parameters, packet.pointee.size)) : 0
            let rate = parameters.pointee.sample_rate
            let length =
                samples > 0 && rate > 0
                ? rescale(samples, from: Rational(1, rate), to: Rational(stream.pointee.time_base)) : step
            packet.pointee.duration = max(1, length)
        }
        // libavformat treats audio whose packets all last one tick as raw samples, and would write no packets.
        if isAudio, isDense, packet.pointee.duration == 1, av_get_bits_per_sample(parameters.pointee.codec_id) == 0 {
            packet.pointee.duration = 2
        }
    }

    /// Shortens a packet by the samples at its end that players don't play: the edit list ends with the last packet.
    ///
    /// Source: FFmpeg, "libavcodec/packet.h", AV_PKT_DATA_SKIP_SAMPLES.
    func trim(_ packet: UnsafeMutablePointer<AVPacket>, of stream: UnsafeMutablePointer<AVStream>) {
        var size = 0
        let rate = stream.pointee.codecpar.pointee.sample_rate
        guard rate > 0, let side = av_packet_get_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, &size), size >= 8
        else { return }
        let padding = Int64(UnsafeBufferPointer(start: side + 4, count: 4).littleEndianValue)
        let ticks = rescale(padding, from: Rational(1, rate), to: Rational(stream.pointee.time_base))
        packet.pointee.duration = max(1, packet.pointee.duration - ticks)
    }

    /// Whether the MP4 muxer writes a packet; false only for AC-3 and E-AC-3 before the first complete frame.
    ///
    /// - Throws: `ReportedError` of code `unsupported` if the muxer would hold it back to join it with later ones, and
    ///   lose it at the end.
    mutating func accepts(
        _ packet: UnsafeMutablePointer<AVPacket>, of stream: UnsafeMutablePointer<AVStream>, _ source: Int
    ) throws(ReportedError) -> Bool {
        let codec = stream.pointee.codecpar.pointee.codec_id
        guard codec == AV_CODEC_ID_AC3 || codec == AV_CODEC_ID_EAC3 else { return true }
        let bytes = UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
        guard let blocks = AC3Frame.blocks(of: bytes) else {
            if !hasFrame { fragments += 1 }
            return hasFrame
        }
        hasFrame = true
        guard blocks == AC3Frame.wholeBlocks else {
            throw ReportedError(
                .unsupported, .mux,
                "stream \(source) has frames of \(blocks) \(blocks == 1 ? "block" : "blocks"), which mp4 can't store one by one",
                advice: "use container mkv")
        }
        return true
    }
}
