import CFFmpeg
import Containers
import Findings

/// Limits on a source's demands. A source that exceeds one fails with an error of code `limit` that names it; the
/// defaults are far above the needs of ordinary videos. docs/limits.md lists them.
public struct SourceLimits: Sendable, Hashable {
    /// Luma samples per frame: those of H.265's level 6.2, which 8192×4320 doesn't reach.
    ///
    /// Source: ITU-T H.265, table A.8, MaxLumaPs.
    public var frameArea = 35_651_584
    /// Width and height in luma samples: the square root of 8 × MaxLumaPs.
    public var frameSide = 16_888
    /// Streams of all kinds.
    public var streams = 512
    /// Frames per second of presentation time, averaged over at least ten seconds.
    public var frameRate = 1000
    /// Seconds.
    public var duration = 172_800.0
    /// Consecutive video packets without a frame.
    public var packetsWithoutFrame = 5000
    /// Bytes of packets that are read to detect stream parameters.
    public var probeBytes = 32 << 20
    /// Bytes read before the first packet: headers and indexes.
    public var openBytes = 1 << 30
    /// Bytes of a single allocation of libav*. The limit of the last opened source applies to the whole process.
    public var allocation = 512 << 20

    public init() {}

    func check(_ size: Resolution) throws(ReportedError) {
        guard size.width > 0, size.height > 0 else { return }
        guard size.width <= frameSide, size.height <= frameSide, size.width * size.height <= frameArea else {
            throw .limit(
                .open, "its frames are \(size), which is more than the limit of \(frameArea) samples per frame",
                advice: "scale it down first")
        }
    }

    func check(duration seconds: Double, _ stage: ReportedError.Stage) throws(ReportedError) {
        guard seconds <= duration else {
            throw .limit(
                stage, "it lasts \(Int(min(seconds, 1e15))) s, which is more than the limit of \(Int(duration)) s",
                advice: "split it")
        }
    }

    /// - Parameter seconds: presentation time that the frames span.
    func check(frames: Int, over seconds: Double) throws(ReportedError) {
        guard Double(frames) <= Double(frameRate) * max(10, seconds + 1) else {
            throw .limit(
                .decode,
                "\(frames) of its frames come within \(Int(max(0, seconds))) s: the limit is \(frameRate) per second",
                advice: "check its frame rate")
        }
    }
}

extension ReportedError {
    /// An allocation of libav* failed. The system grants nearly any amount, so it was the limit on one allocation.
    static func outOfMemory(_ stage: Stage, _ limits: SourceLimits) -> ReportedError {
        .limit(
            stage, "it needs more than \(limits.allocation >> 20) MiB of memory in one piece",
            advice: "check that it plays, then upload it again")
    }

    static func tooManyStreams(_ limits: SourceLimits) -> ReportedError {
        .limit(.open, "it has more streams than the limit of \(limits.streams)", advice: "remove some of them")
    }

    static func limit(_ stage: Stage, _ message: String, advice: String) -> ReportedError {
        ReportedError(.limit, stage, "the source is over a limit: \(message)", advice: advice)
    }
}

/// The containers and decoders that are allowed.
///
/// Everything else libav* supports (playlists, image sequences, formats that reference other files, devices, text
/// subtitles, exotic codecs) stays disabled, whatever the library was built with.
enum SourceFormats {
    /// libavformat's names of the demuxers. Each reads one self-contained object.
    static let demuxers = [
        // Containers of cameras, phones, editors, discs, broadcasts and downloads.
        "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "mxf", "dv", "rm", "ivf", "nut", "wtv", "gxf",
        // Raw video streams.
        "h264", "hevc", "m4v", "mpegvideo", "obu", "yuv4mpegpipe",
    ]

    /// libavformat's names of demuxers that open no source: it needs them to detect the codec of a transport stream's
    /// private data.
    static let probedDemuxers = ["aac", "ac3", "dts", "dvbsub", "eac3", "loas", "mp3", "truehd", "vvc"]

    /// libavcodec's names of the decoders of the video to be encoded.
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

    /// Decoders that libavformat may use to detect the parameters of copied streams, if the headers lack them.
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

    /// - Returns: nil if this FFmpeg has no decoder for a video codec, or it is not among the allowed ones.
    static func decoder(of codec: AVCodecID) -> UnsafePointer<AVCodec>? {
        guard let decoder = avcodec_find_decoder(codec),
            videoDecoders.contains(String(cString: decoder.pointee.name))
        else { return nil }
        return decoder
    }

    /// The codecs that FFmpeg 5.1 doesn't know, by their sample entries in MP4 and identifiers in Matroska.
    ///
    /// Source: ISO/IEC 14496-15 (VVC, EVC); Dolby, "Dolby Vision Bitstreams Within the ISO Base Media File Format".
    private static let unknownToSome = [
        "vvc1": "VVC", "vvi1": "VVC", "V_MPEGI/ISO/VVC": "VVC", "evc1": "EVC", "dav1": "AV1 in Dolby Vision profile 10",
    ]

    /// - Parameter codec: libavcodec's name, or the container's for a codec that libavcodec has no name for.
    static func noDecoder(for codec: String) -> ReportedError {
        let name = unknownToSome[codec].map { "\($0) (\(codec))" } ?? codec
        return ReportedError(
            .unsupported, .decode, "this FFmpeg has no decoder for \(name) video",
            advice: "convert it to another codec first")
    }

    static let demuxerAllowList = demuxers.joined(separator: ",")
    static let decoderAllowList = (videoDecoders + probedDecoders).joined(separator: ",")
}
