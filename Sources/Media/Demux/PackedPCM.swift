import CFFmpeg
import Findings

/// Unpacks the uncompressed sound of DVDs, Blu-rays and broadcasts (SMPTE ST 302), which their own containers alone can
/// hold: the same samples, as Matroska has them.
///
/// The one owner of its AVCodecContext. Source: FFmpeg, "libavcodec/avcodec.h", send/receive decoding API.
final class PackedPCM: @unchecked Sendable {
    // Sendable: the demux stage alone uses it.
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let index: Int
    private let bytesPerSample: Int
    private let channels: Int
    private let sampleRate: Int

    /// Whether a sound is of this kind.
    static func isPacked(_ parameters: AVCodecParameters) -> Bool {
        [AV_CODEC_ID_PCM_DVD, AV_CODEC_ID_PCM_BLURAY, AV_CODEC_ID_S302M].contains(parameters.codec_id)
            && parameters.sample_rate > 0
    }

    /// The codec of the unpacked sound: samples of 20 bits are in 24.
    static func unpacked(_ parameters: AVCodecParameters) -> (codec: AVCodecID, bits: Int32) {
        let isDeep =
            max(parameters.bits_per_raw_sample, parameters.bits_per_coded_sample) > 16
            || parameters.format == AV_SAMPLE_FMT_S32.rawValue
        return isDeep ? (AV_CODEC_ID_PCM_S24LE, 24) : (AV_CODEC_ID_PCM_S16LE, 16)
    }

    /// - Returns: nil for a stream of another kind.
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
                avcodec_parameters_to_context(context, stream.pointee.codecpar), "sound parameters", .decode,
                .unreadableSource)
            context?.pointee.thread_count = 1
            context?.pointee.pkt_timebase = stream.pointee.time_base
            try check(
                avcodec_open2(context, codec, nil), "the sound's decoder doesn't open", .decode, .unreadableSource)
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

    /// - Returns: a packet of the same time; nil where there is no whole sample in it.
    func unpack(_ packet: borrowing Packet) throws -> Packet? {
        guard avcodec_send_packet(context, packet.pointer) >= 0 else { return nil }
        var samples: [UInt8] = []
        while true {
            let frame = try Frame()
            guard avcodec_receive_frame(context, frame.pointer) >= 0 else { break }
            try append(frame, to: &samples)
        }
        guard !samples.isEmpty else { return nil }
        let unpacked = try Packet()
        try check(av_new_packet(unpacked.pointer, Int32(samples.count)), "a packet of sound", .demux)
        unpacked.pointer.pointee.data.update(from: samples, count: samples.count)
        unpacked.streamIndex = packet.streamIndex
        try check(av_packet_copy_props(unpacked.pointer, packet.pointer), "a packet's times", .demux)
        unpacked.pointer.pointee.flags |= AV_PKT_FLAG_KEY
        return unpacked
    }

    /// The decoder's samples are of two bytes, or of four whose last is empty; they may become less deep on the way.
    ///
    /// - Throws: `ReportedError` of code `unsupported` where the form changes to one that plain samples can't tell of.
    private func append(_ frame: borrowing Frame, to bytes: inout [UInt8]) throws {
        let sound = frame.pointer.pointee
        let stored = sound.format == AV_SAMPLE_FMT_S32.rawValue ? 4 : 2
        guard Int(reelpress_frame_channels(frame.pointer)) == channels, Int(sound.sample_rate) == sampleRate,
            stored == 2 || bytesPerSample == 3
        else {
            throw ReportedError(
                .unsupported, .demux,
                "the uncompressed sound of stream \(index) changes its channels, its rate or its depth",
                advice: "cut the source in two there")
        }
        let count = Int(sound.nb_samples) * channels
        guard let data = sound.data.0 else { return }
        let raw = UnsafeBufferPointer(start: data, count: count * stored)
        if stored == bytesPerSample {
            bytes += raw
            return
        }
        for sample in 0..<count {
            // Little-endian: what is cut off, or added, comes first.
            bytes += repeatElement(0, count: max(0, bytesPerSample - stored))
            bytes += raw[sample * stored + max(0, stored - bytesPerSample)..<(sample + 1) * stored]
        }
    }
}
