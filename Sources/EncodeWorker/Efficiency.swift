import Containers
import Media

/// How many bits a source spends on a pixel.
enum Efficiency {
    /// Whether the source is HEVC already, of so few bits that another encode would only cost quality.
    ///
    /// - Returns: the bits a pixel where it is.
    static func isEnough(_ transcode: borrowing Transcode, _ bytes: UInt64, _ settings: Settings) -> Double? {
        let (info, plan) = (transcode.plan.source, transcode.plan)
        let isHEVC = info.streams.contains { $0.index == plan.output.mainVideo && $0.codec == "hevc" }
        // A copy has the source's size and container.
        guard isHEVC, settings.container == nil, plan.outputSize == plan.frame.size else { return nil }
        return bitsPerPixel(info, mainVideo: plan.output.mainVideo, bytes: bytes).flatMap {
            $0 < settings.skipHEVCBelow ? $0 : nil
        }
    }

    /// - Returns: nil where the source doesn't say enough of itself.
    private static func bitsPerPixel(_ info: MediaInfo, mainVideo: Int, bytes: UInt64) -> Double? {
        guard let video = info.streams.first(where: { $0.index == mainVideo }), let size = video.size,
            let rate = video.frameRate, rate.isKnown, size.width > 0, size.height > 0
        else { return nil }
        var bits = video.bitRate.map(Double.init)
        if bits == nil, let duration = info.duration, duration > 0 {
            // Matroska knows no stream's rate: what the others are known to take is left out of the sum.
            let others = info.streams.filter { $0.index != mainVideo }.compactMap(\.bitRate).reduce(0, +)
            bits = Double(bytes) * 8 / duration - Double(others)
        }
        guard let bits, bits > 0 else { return nil }
        return bits / (Double(size.width * size.height) * rate.value)
    }
}
