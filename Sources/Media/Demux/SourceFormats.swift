/// The one list of what is read: containers, and codecs that are decoded.
///
/// Everything that libav* can do beside it (playlists, image sequences, formats that name further files, devices,
/// subtitle texts, exotic codecs) stays shut, however the library was built.
enum SourceFormats {
    /// libavformat's names of the demuxers. Each takes one object that holds all of its streams itself.
    static let demuxers = [
        // Files of cameras, phones, editors, discs, broadcasts and downloads.
        "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "mxf", "dv", "rm", "ivf", "nut", "wtv", "gxf",
        // Bare streams of pictures.
        "h264", "hevc", "m4v", "mpegvideo", "obu", "yuv4mpegpipe",
    ]

    /// libavformat's names of demuxers that open nothing, but by which it tells what a transport stream's private data is.
    static let probedDemuxers = ["aac", "ac3", "dts", "dvbsub", "eac3", "loas", "mp3", "truehd", "vvc"]

    /// libavcodec's names of the decoders of the pictures that are encoded.
    static let videoDecoders = [
        "h264", "hevc", "vvc", "mpeg1video", "mpeg2video", "mpegvideo", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4",
        "wmv1", "wmv2", "wmv3", "wmv3image", "vc1", "vc1image", "h261", "h263", "h263i", "h263p", "flv", "vp3",
        "theora", "vp5", "vp6", "vp6a", "vp6f", "vp7", "vp8", "vp9", "libvpx", "libvpx-vp9", "libdav1d", "libaom-av1",
        "av1", "prores", "dnxhd", "cfhd", "mjpeg", "mjpegb", "dvvideo", "jpeg2000", "libopenjpeg", "huffyuv",
        "ffvhuff", "ffv1", "utvideo", "magicyuv", "lagarith", "dirac", "rawvideo", "v210", "v308", "v408", "v410",
        "r210", "r10k", "yuv4", "png", "qtrle", "rpza", "svq1", "svq3", "cinepak", "indeo2",
        "indeo3", "indeo4", "indeo5", "rv10", "rv20", "rv30", "rv40", "msrle", "msvideo1", "cscd", "tscc", "tscc2",
        "fraps", "zmbv", "flashsv", "flashsv2", "hap", "snow", "screenpresso", "aic", "8bps", "cllc", "asv1", "asv2",
    ]

    /// Decoders that libavformat may try on streams that are only copied, where a header doesn't say what is in them.
    static let probedDecoders = [
        "aac", "aac_fixed", "aac_latm", "ac3", "ac3_fixed", "eac3", "mp1", "mp1float", "mp2", "mp2float", "mp3",
        "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac", "truehd", "mlp", "dca", "wmav1", "wmav2",
        "wmapro", "wmalossless", "wmavoice", "cook", "sipr", "ra_144", "ra_288", "atrac3", "ralf", "amrnb", "amrwb",
        "libopencore_amrnb", "libopencore_amrwb", "nellymoser", "speex", "libspeex", "gsm", "gsm_ms", "qdm2", "qdmc",
        "mace3", "mace6", "ape", "tta", "wavpack", "s302m", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf",
        "adpcm_yamaha", "adpcm_ima_smjpeg", "pcm_alaw", "pcm_mulaw", "pcm_s8", "pcm_u8", "pcm_s16le", "pcm_s16be",
        "pcm_u16le", "pcm_u16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
        "pcm_f64le", "pcm_f64be", "pcm_dvd", "pcm_bluray", "pcm_lxf", "pgssub", "dvdsub", "dvbsub",
    ]

    static let demuxerAllowList = demuxers.joined(separator: ",")
    static let decoderAllowList = (videoDecoders + probedDecoders).joined(separator: ",")
}
