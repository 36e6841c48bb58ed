import CFFmpeg

/// The containers that an output can have.
public enum Container: String, Sendable, CaseIterable, Codable {
    case mp4
    case matroska = "mkv"

    /// The file name's extension, without the dot.
    public var fileExtension: String { rawValue }

    /// The media type, for an object's Content-Type.
    public var mediaType: String {
        switch self {
        case .mp4: "video/mp4"
        case .matroska: "video/x-matroska"
        }
    }

    /// libavformat's name of the muxer.
    var muxerName: String {
        switch self {
        case .mp4: "mp4"
        case .matroska: "matroska"
        }
    }

    /// Whether this container can carry a stream bit for bit.
    func supports(_ stream: AVStream, kind: StreamInfo.Kind) -> Bool {
        let codec = stream.codecpar.pointee.codec_id
        switch (self, kind) {
        case (.mp4, .cover): return [AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_BMP].contains(codec)
        case (.mp4, .attachment): return false
        case (.mp4, .data): return stream.codecpar.pointee.codec_tag == reelpress_fourcc(0x67, 0x70, 0x6d, 0x64)
        // The muxer accepts these, in forms that hardly any player reads.
        case (.mp4, .audio) where Self.rareInMP4.contains(codec): return false
        case (.mp4, .subtitle) where codec == AV_CODEC_ID_DVD_SUBTITLE: return false
        case (.mp4, .video), (.mp4, .audio), (.mp4, .subtitle): return isMuxed(codec)
        case (.matroska, .data): return false
        case (.matroska, .attachment), (.matroska, .cover): return true
        case (.matroska, .subtitle): return codec != AV_CODEC_ID_MOV_TEXT && isMuxed(codec)
        case (.matroska, .audio):
            return isMuxed(codec) || reelpress_has_wave_tag(codec) != 0 || PackedPCM.isPacked(stream.codecpar.pointee)
        case (.matroska, .video): return isMuxed(codec)
        }
    }

    /// Among them Dolby TrueHD, WMA, and PCM, which libavformat's muxer accepts since version 60. Matroska carries them
    /// all.
    private static let rareInMP4 = [
        AV_CODEC_ID_VORBIS, AV_CODEC_ID_MP2, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_WMAPRO,
        AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S16BE, AV_CODEC_ID_PCM_S24LE, AV_CODEC_ID_PCM_S24BE,
        AV_CODEC_ID_PCM_S32LE, AV_CODEC_ID_PCM_S32BE, AV_CODEC_ID_PCM_F32LE, AV_CODEC_ID_PCM_F32BE,
        AV_CODEC_ID_PCM_F64LE, AV_CODEC_ID_PCM_F64BE,
    ]

    private func isMuxed(_ codec: AVCodecID) -> Bool {
        avformat_query_codec(av_guess_format(muxerName, nil, nil), codec, FF_COMPLIANCE_NORMAL) == 1
    }
}
