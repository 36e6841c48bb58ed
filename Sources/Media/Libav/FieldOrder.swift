import CFFmpeg

/// Which field of an interlaced picture was taken first.
enum FieldOrder: String, Sendable, Codable {
    case topFirst, bottomFirst

    /// A container's word; nil for progressive and unknown. Source: FFmpeg, "libavcodec/codec_par.h", AVFieldOrder.
    init?(_ order: AVFieldOrder) {
        switch order {
        case AV_FIELD_TT, AV_FIELD_BT: self = .topFirst
        case AV_FIELD_BB, AV_FIELD_TB: self = .bottomFirst
        default: return nil
        }
    }

    /// The container's word, where the codec has none of its own; nil elsewhere.
    init?(ofMute stream: UnsafeMutablePointer<AVStream>) {
        let mute = [
            AV_CODEC_ID_RAWVIDEO, AV_CODEC_ID_V210, AV_CODEC_ID_V210X, AV_CODEC_ID_V308, AV_CODEC_ID_V408,
            AV_CODEC_ID_V410, AV_CODEC_ID_HUFFYUV, AV_CODEC_ID_FFVHUFF, AV_CODEC_ID_UTVIDEO, AV_CODEC_ID_MAGICYUV,
            AV_CODEC_ID_JPEG2000, AV_CODEC_ID_CFHD,
        ]
        guard mute.contains(stream.pointee.codecpar.pointee.codec_id) else { return nil }
        self.init(stream.pointee.codecpar.pointee.field_order)
    }

    var libav: AVFieldOrder { self == .topFirst ? AV_FIELD_TT : AV_FIELD_BB }
}
