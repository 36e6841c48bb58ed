import CFFmpeg
import Findings

/// The headers of a codec that a container keeps beside a sound's packets, such as Vorbis's codebooks.
///
/// Source: FFmpeg, "libavcodec/avcodec.h", avcodec_open2.
enum AudioHeaderCheck {
    /// Opens the decoder of a sound that is to be copied. With headers that it can't read, nobody could hear the copy,
    /// and some players would not even show the pictures.
    ///
    /// - Throws: `ReportedError` of code `damagedSource`. A sound that this library has no decoder for, or whose headers it
    ///   understands and can't follow, passes: other players may.
    static func verify(_ stream: UnsafeMutablePointer<AVStream>) throws {
        guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_type == AVMEDIA_TYPE_AUDIO,
            parameters.pointee.extradata_size > 0, parameters.pointee.sample_rate > 0,
            let codec = avcodec_find_decoder(parameters.pointee.codec_id),
            SourceFormats.probedDecoders.contains(String(cString: codec.pointee.name))
        else { return }
        var context: UnsafeMutablePointer<AVCodecContext>? = try allocated(
            avcodec_alloc_context3(codec), "a decoder", .open)
        defer { avcodec_free_context(&context) }
        try check(avcodec_parameters_to_context(context, parameters), "sound parameters", .open, .unreadableSource)
        context?.pointee.thread_count = 1
        FFmpegLog.take()
        let opened = avcodec_open2(context, codec, nil)
        _ = FFmpegLog.takeLastError()
        guard opened == reelpress_averror_invaliddata else { return }
        let name = String(cString: avcodec_get_name(parameters.pointee.codec_id))
        throw ReportedError(
            .damagedSource, .open,
            "the headers of the source's stream \(stream.pointee.index) (\(name) audio) are damaged: nobody could hear it",
            advice: "upload it again, or take that stream out")
    }
}
