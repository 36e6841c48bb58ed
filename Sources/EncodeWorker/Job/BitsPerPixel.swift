import Containers
import Media

/// The bits per pixel of a source.
enum BitsPerPixel {
    /// The bits per pixel of a source that is already HEVC and has so few of them that another encode would only cost
    /// quality.
    ///
    /// - Returns: nil for any other source.
    static func efficient(_ plan: TranscodePlan, _ bytes: UInt64, _ settings: Settings) -> Double? {
        let (info, mainVideo) = (plan.source, plan.output.mainVideo)
        let isHEVC = info.streams.contains { $0.index == mainVideo && $0.codec == "hevc" }
        // A copy has the source's size and container.
        guard isHEVC, settings.container == nil, plan.outputSize == plan.frame.size else { return nil }
        return of(info, mainVideo: mainVideo, bytes: bytes).flatMap {
            $0 < settings.skipHEVCBelow ? $0 : nil
        }
    }

    /// - Returns: nil if size, frame rate or bit rate are unknown.
    private static func of(_ info: MediaInfo, mainVideo: Int, bytes: UInt64) -> Double? {
        guard let video = info.streams.first(where: { $0.index == mainVideo }), let size = video.size,
            let rate = video.frameRate, rate.isKnown, size.width > 0, size.height > 0
        else { return nil }
        var bits = video.bitRate.map(Double.init)
        if bits == nil, let duration = info.duration, duration > 0 {
            // Matroska has no bit rates of streams: the known ones of other streams are subtracted from the file's.
            let others = info.streams.filter { $0.index != mainVideo }.compactMap(\.bitRate).reduce(0, +)
            bits = Double(bytes) * 8 / duration - Double(others)
        }
        guard let bits, bits > 0 else { return nil }
        return bits / (Double(size.width * size.height) * rate.value)
    }
}
