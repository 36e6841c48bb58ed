import CFFmpeg
import Findings

/// Losslessly unpacks LPCM from DVD, Blu-ray and SMPTE ST 302 (broadcast) to plain PCM, which Matroska can carry.
///
/// The one owner of its AVCodecContext. Source: FFmpeg, "libavcodec/avcodec.h", send/receive decoding API.
final class PackedPCM: @unchecked Sendable {
    // Sendable: only the demux stage uses it.
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let index: Int
    private let bytesPerSample: Int
    private let channels: Int
    private let sampleRate: Int
    /// Packets so far that the decoder rejected.
    private(set) var rejected = 0

    /// Whether an audio stream is packed LPCM.
    static func isPacked(_ parameters: AVCodecParameters) -> Bool {
        [AV_CODEC_ID_PCM_DVD, AV_CODEC_ID_PCM_BLURAY, AV_CODEC_ID_S302M].contains(parameters.codec_id)
            && parameters.sample_rate > 0
    }

    /// The codec of the unpacked audio: samples of 20 bits are stored in 24.
    static func unpacked(_ parameters: AVCodecParameters) -> (codec: AVCodecID, bits: Int32) {
        let isDeep =
            max(parameters.bits_per_raw_sample, parameters.bits_per_coded_sample) > 16
            || parameters.format == AV_SAMPLE_FMT_S32.rawValue
        return isDeep ? (AV_CODEC_ID_PCM_S24LE, 24) : (AV_CODEC_ID_PCM_S16LE, 16)
    }

    /// - Returns: nil for streams that aren't packed LPCM.
    static func note(on stream: UnsafeMutablePointer<AVStream>) -> Note? {
        let parameters = stream.pointee.codecpar.pointee
        guard isPacked(parameters), let packed = avcodec_get_name(parameters.codec_id),
            let plain = avcodec_get_name(unpacked(parameters).codec)
        else { return nil }
        return .audioUnpacked(
            stream: Int(stream.pointee.index), codec: String(cString: packed), storedAs: String(cString: plain))
    }

    init(of stream: UnsafeMutablePointer<AVStream>) throws {
        let parameters = stream.pointee.codecpar.pointee
        guard let codec = avcodec_find_decoder(parameters.codec_id) else {
            throw ReportedError(.unsupported, .decode, "there is no decoder for stream \(stream.pointee.index)")
        }
        var context: UnsafeMutablePointer<AVCodecContext>? = try allocated(
            avcodec_alloc_context3(codec), "a decoder", .decode)
        do {
            try check(
                avcodec_parameters_to_context(context, stream.pointee.codecpar), "audio parameters", .decode,
                .unreadableSource)
            context?.pointee.thread_count = 1
            context?.pointee.pkt_timebase = stream.pointee.time_base
            try check(
                avcodec_open2(context, codec, nil), "the audio decoder doesn't open", .decode, .unreadableSource)
        } catch {
            avcodec_free_context(&context)
            throw error
        }
        self.context = try allocated(context, "a decoder", .decode)
        index = Int(stream.pointee.index)
        bytesPerSample = Int(Self.unpacked(parameters).bits) / 8
        channels = Int(reelpress_channel_count(stream.pointee.codecpar))
        sampleRate = Int(parameters.sample_rate)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// - Returns: a packet with the same timestamps; nil if it has no complete sample.
    func unpack(_ packet: borrowing Packet) throws -> Packet? {
        guard avcodec_send_packet(context, packet.pointer) >= 0 else {
            rejected += 1
            return nil
        }
        var samples: [UInt8] = []
        while true {
            let frame = try Frame()
            let received = avcodec_receive_frame(context, frame.pointer)
            if received < 0 {
                if received != reelpress_averror(EAGAIN), received != reelpress_averror_eof { rejected += 1 }
                break
            }
            try append(frame, to: &samples)
        }
        guard !samples.isEmpty else { return nil }
        let unpacked = try Packet()
        try check(av_new_packet(unpacked.pointer, Int32(samples.count)), "an audio packet", .demux)
        unpacked.pointer.pointee.data.update(from: samples, count: samples.count)
        unpacked.streamIndex = packet.streamIndex
        try check(av_packet_copy_props(unpacked.pointer, packet.pointer), "copying a packet's properties", .demux)
        unpacked.pointer.pointee.flags |= AV_PKT_FLAG_KEY
        return unpacked
    }

    /// Appends samples in the output's width. The decoder's have two bytes, or four whose lowest is 0; the bit depth may
    /// decrease in the middle of the stream.
    ///
    /// - Throws: `ReportedError` of code `unsupported` if the format changes in a way that plain PCM can't represent.
    private func append(_ frame: borrowing Frame, to bytes: inout [UInt8]) throws {
        let audio = frame.pointer.pointee
        let stored = audio.format == AV_SAMPLE_FMT_S32.rawValue ? 4 : 2
        guard Int(reelpress_frame_channels(frame.pointer)) == channels, Int(audio.sample_rate) == sampleRate,
            stored == 2 || bytesPerSample == 3
        else {
            throw ReportedError(
                .unsupported, .demux,
                "the uncompressed audio of stream \(index) changes its channel count, sample rate or bit depth",
                advice: "split the source there")
        }
        let count = Int(audio.nb_samples) * channels
        guard let data = audio.data.0 else { return }
        let raw = UnsafeBufferPointer(start: data, count: count * stored)
        if stored == bytesPerSample {
            bytes += raw
            return
        }
        for sample in 0..<count {
            // Little-endian: dropped or added bytes come first.
            bytes += repeatElement(0, count: max(0, bytesPerSample - stored))
            bytes += raw[sample * stored + max(0, stored - bytesPerSample)..<(sample + 1) * stored]
        }
    }
}

/// Checks the codec headers that a container stores apart from the audio packets, such as Vorbis's codebooks.
///
/// Source: FFmpeg, "libavcodec/avcodec.h", avcodec_open2.
enum AudioHeaderCheck {
    /// Opens the decoder of an audio stream to be copied. With damaged headers no player could decode the copy, and some
    /// would not even show the video.
    ///
    /// - Throws: `ReportedError` of code `damagedSource`. Audio without a decoder in this library, or with headers that are
    ///   valid but unsupported, passes: players may support it.
    static func verify(_ stream: UnsafeMutablePointer<AVStream>) throws {
        guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_type == AVMEDIA_TYPE_AUDIO,
            parameters.pointee.extradata_size > 0, parameters.pointee.sample_rate > 0,
            let codec = avcodec_find_decoder(parameters.pointee.codec_id),
            SourceFormats.probedDecoders.contains(String(cString: codec.pointee.name))
        else { return }
        var context: UnsafeMutablePointer<AVCodecContext>? = try allocated(
            avcodec_alloc_context3(codec), "a decoder", .open)
        defer { avcodec_free_context(&context) }
        try check(avcodec_parameters_to_context(context, parameters), "audio parameters", .open, .unreadableSource)
        context?.pointee.thread_count = 1
        FFmpegLog.redirect()
        let opened = avcodec_open2(context, codec, nil)
        _ = FFmpegLog.takeLastError()
        guard opened == reelpress_averror_invaliddata else { return }
        let name = String(cString: avcodec_get_name(parameters.pointee.codec_id))
        throw ReportedError(
            .damagedSource, .open,
            "the headers of the source's stream \(stream.pointee.index) (\(name) audio) are damaged: no player could decode it",
            advice: "upload it again, or remove that stream")
    }
}
