import CFFmpeg

/// Static HDR metadata of a stream: its mastering display and its content light level.
///
/// Source: SMPTE ST 2086 (mastering display) and CTA-861.3 (content light level), as libavutil keeps them.
struct StaticHDR: Sendable, Hashable, Codable {
    /// An AVMasteringDisplayMetadata, byte for byte.
    private(set) var masteringDisplay: [UInt8]?
    /// An AVContentLightMetadata, byte for byte.
    private(set) var contentLight: [UInt8]?

    init() {}

    /// The container's metadata overrides that of the first frame.
    init(of stream: UnsafeMutablePointer<AVStream>, firstFrame frame: StaticHDR) {
        masteringDisplay = stream.sideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA) ?? frame.masteringDisplay
        contentLight = stream.sideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL) ?? frame.contentLight
    }

    init(of frame: borrowing Frame) {
        masteringDisplay = frame.sideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)
        contentLight = frame.sideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)
    }

    /// Removes metadata that x265 options already set.
    mutating func drop(masteringDisplay: Bool, contentLight: Bool) {
        if masteringDisplay { self.masteringDisplay = nil }
        if contentLight { self.contentLight = nil }
    }

    /// Both as SEI messages, for every keyframe.
    var messages: [SEIMessage] { [masteringMessage, lightMessage].compactMap { $0 } }

    /// D.2.28: green, blue, red and white in units of 0.00002, luminance in units of 0.0001 cd/m².
    private var masteringMessage: SEIMessage? {
        guard let display = masteringDisplay?.loaded(as: AVMasteringDisplayMetadata.self),
            display.has_primaries != 0, display.has_luminance != 0
        else { return nil }
        let (red, green, blue) = display.display_primaries
        let points = [green, blue, red, display.white_point]
        var writer = BitWriter()
        for point in points {
            writer.write(max(0, units(point.0, 50_000)), bits: 16)
            writer.write(max(0, units(point.1, 50_000)), bits: 16)
        }
        writer.write(max(0, units(display.max_luminance, 10_000)), bits: 32)
        writer.write(max(0, units(display.min_luminance, 10_000)), bits: 32)
        return SEIMessage(.masteringDisplay, payload: writer.bytes)
    }

    /// D.2.35: two levels in cd/m².
    private var lightMessage: SEIMessage? {
        guard let light = contentLight?.loaded(as: AVContentLightMetadata.self) else { return nil }
        var writer = BitWriter()
        writer.write(min(light.MaxCLL, 65_535), bits: 16)
        writer.write(min(light.MaxFALL, 65_535), bits: 16)
        return SEIMessage(.contentLight, payload: writer.bytes)
    }
}
