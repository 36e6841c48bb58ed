import CFFmpeg
import Containers
import Findings

/// A source's Dolby Vision, and whether the output keeps it.
///
/// Single-layer profiles (5, 8.1, 8.2, 8.4) are kept: each frame is encoded again and keeps its own RPU (reference
/// processing unit), which describes how to display it. Other profiles have an enhancement layer, or are not HEVC.
///
/// Source: Dolby, "Dolby Vision Bitstreams Within the ISO Base Media File Format", decoder configuration record;
/// libavutil's "dovi_meta.h".
struct DolbyVision: Sendable, Codable {
    let profile: Int
    /// The base layer's signal compatibility: 0 none, 1 HDR10, 2 SDR, 4 HLG, 6 HDR10 of Ultra HD Blu-ray.
    let compatibility: Int
    /// Whether the output carries the frames' RPUs.
    let isKept: Bool

    /// - Returns: nil if the source has none.
    init?(of stream: UnsafeMutablePointer<AVStream>, firstFrame: FirstFrame) {
        let isHEVC = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC
        if let record = Self.record(of: stream) {
            profile = Int(record.dv_profile)
            compatibility = Int(record.dv_bl_signal_compatibility_id)
        } else if let guess = firstFrame.dolbyVisionProfile {
            profile = guess
            // Without the record only the base layer's own transfer function shows its compatibility.
            let transfer = AVColorTransferCharacteristic(UInt32(firstFrame.format.color.transfer))
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

    /// The profile with its compatibility, such as `8.1`.
    var name: String { profile == 5 ? "5" : "\(profile).\(compatibility)" }

    /// The format that players without Dolby Vision show; nil for colours that no standard describes.
    private var baseLayer: String? {
        switch compatibility {
        case 1, 6: "HDR10"
        case 2: "SDR"
        case 4: "HLG"
        default: nil
        }
    }

    /// Whether no player could show the output in its colours: the base layer has a format of Dolby's own, and the
    /// output would lack the RPUs that it needs.
    var requiresDolbyVision: Bool { !isKept && compatibility == 0 && (profile == 5 || profile > 7) }

    /// The sample entry in MP4; nil for the usual one. It keeps players without Dolby Vision from showing a base layer
    /// that they can't.
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

    /// The lowest level that allows this resolution and frame rate. Source: Dolby, "Dolby Vision Profiles and Levels",
    /// table 4.
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
