import CFFmpeg
import Containers
import Findings

/// A source's Dolby Vision, and what of it reaches the output.
///
/// Profiles of one layer (5, 8.1, 8.2, 8.4) are kept: each picture is coded anew and keeps its own RPU (reference
/// processing unit), which says how to show it. The others have a second picture beside the first, or are not HEVC.
///
/// Source: Dolby, "Dolby Vision Bitstreams Within the ISO Base Media File Format", decoder configuration record;
/// libavutil's "dovi_meta.h".
struct DolbyVision: Sendable, Codable {
    let profile: Int
    /// What players without Dolby Vision show of it: 0 nothing right, 1 HDR10, 2 SDR, 4 HLG, 6 HDR10 of a disc.
    let compatibility: Int
    /// Whether the output carries the pictures' RPUs.
    let isKept: Bool

    /// - Returns: nil if the source has none.
    init?(of stream: UnsafeMutablePointer<AVStream>, firstPicture: FirstFrame) {
        let isHEVC = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC
        if let record = Self.record(of: stream) {
            profile = Int(record.dv_profile)
            compatibility = Int(record.dv_bl_signal_compatibility_id)
        } else if let guess = firstPicture.dolbyVisionProfile {
            profile = guess
            // Containers without the record leave this to the base layer's own transfer function.
            let transfer = AVColorTransferCharacteristic(UInt32(firstPicture.format.color.transfer))
            compatibility =
                switch transfer {
                case AVCOL_TRC_SMPTE2084: guess == 7 ? 6 : 1
                case AVCOL_TRC_ARIB_STD_B67: 4
                default: guess == 5 ? 0 : 2
                }
        } else {
            return nil
        }
        isKept = isHEVC && (profile == 5 || profile == 8)
    }

    private static func record(of stream: UnsafeMutablePointer<AVStream>) -> AVDOVIDecoderConfigurationRecord? {
        stream.sideData(AV_PKT_DATA_DOVI_CONF)?.loaded(as: AVDOVIDecoderConfigurationRecord.self)
    }

    /// The profile with what others show of it, as `8.1`.
    var name: String { profile == 5 ? "5" : "\(profile).\(compatibility)" }

    /// What players without Dolby Vision show; nil for colours that no standard describes.
    private var baseLayer: String? {
        switch compatibility {
        case 1, 6: "HDR10"
        case 2: "SDR"
        case 4: "HLG"
        default: nil
        }
    }

    /// Whether nothing could show the output's pictures in their colours: without what goes beside them they are none.
    var requiresDolbyVision: Bool { !isKept && compatibility == 0 && (profile == 5 || profile > 7) }

    /// The sample entry in MP4; nil for the usual one. Players without Dolby Vision must not take what has no base for
    /// them.
    ///
    /// Source: Dolby, "Dolby Vision Bitstreams Within the ISO Base Media File Format", sample entries.
    var sampleEntry: String? { isKept && compatibility == 0 ? "dvh1" : nil }

    var note: Note? {
        if !isKept { return .dolbyVisionRemoved(profile: name, baseLayer: baseLayer) }
        return profile == 5 ? .dolbyVisionOnly(profile: name) : nil
    }

    /// An AVDOVIDecoderConfigurationRecord for the output.
    func record(_ size: Resolution, frameRate: Rational) throws -> [UInt8] {
        var bytes = 0
        let record = try allocated(av_dovi_alloc(&bytes), "the Dolby Vision record", .mux)
        defer { av_free(record) }
        record.pointee.dv_version_major = 1
        record.pointee.dv_profile = UInt8(profile)
        record.pointee.dv_level = Self.level(size, frameRate: frameRate.value)
        record.pointee.rpu_present_flag = 1
        record.pointee.bl_present_flag = 1
        record.pointee.dv_bl_signal_compatibility_id = UInt8(compatibility)
        return Array(UnsafeRawBufferPointer(start: record, count: bytes))
    }

    /// The lowest level that holds the picture. Source: Dolby, "Dolby Vision Profiles and Levels", table 4.
    private static func level(_ size: Resolution, frameRate: Double) -> UInt8 {
        let rate = Double(size.width * size.height) * frameRate
        let limits: [(pixels: Double, width: Int)] = [
            (22_118_400, 1280), (27_648_000, 1280), (49_766_400, 1920), (62_208_000, 2560), (124_416_000, 3840),
            (199_065_600, 3840), (248_832_000, 3840), (398_131_200, 3840), (497_664_000, 3840), (995_328_000, 3840),
            (995_328_000, 7680), (1_990_656_000, 7680), (3_981_312_000, 7680),
        ]
        let level = limits.firstIndex { rate <= $0.pixels * 1.001 && size.width <= $0.width }
        return UInt8((level ?? limits.count - 1) + 1)
    }
}
