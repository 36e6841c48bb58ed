import Containers
import EncodeJob
import Findings
import Media

/// A plan in words.
enum ProbeText {
    static func describe(
        _ name: String, bytes: UInt64, _ transcode: borrowing Transcode, _ settings: Settings, _ policy: Policy
    ) -> String {
        let (source, plan) = (transcode.plan.source, transcode.plan.output)
        var head = [source.container, Figures.bytes(bytes)]
        if let duration = source.duration { head.append(Figures.clock(duration)) }
        if source.chapterCount > 0 { head.append("\(source.chapterCount) chapters") }
        var lines = ["\(name): \(head.joined(separator: ", "))"]
        for stream in source.streams {
            let fate: String
            if stream.index == plan.mainVideo {
                fate = encoding(transcode, settings, policy)
            } else if let dropped = plan.dropped.first(where: { $0.index == stream.index }) {
                fate = "left out: \(dropped.reason.sentence(codec: dropped.codec))"
            } else {
                fate = "copied bit for bit"
            }
            lines.append("  stream \(stream.index)  \(summary(stream)) → \(fate)")
        }
        let why =
            settings.container != nil
            ? "as demanded" : plan.container == .mp4 ? "every stream fits" : "MP4 can't carry every stream"
        lines.append("  container: \(plan.container.fileExtension), \(why)")
        if let bits = Efficiency.isEnough(transcode, bytes, settings) {
            lines.append(
                "  kept as it is: HEVC already, of \(Figures.decimals(bits, 3)) bits a pixel (--skip-hevc-below "
                    + "\(Figures.decimals(settings.skipHEVCBelow, 3)))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func encoding(
        _ transcode: borrowing Transcode, _ settings: Settings, _ policy: Policy
    ) -> String {
        let (before, after, encoded) = (transcode.plan.frame.size, transcode.plan.outputSize, transcode.plan.encodedSize)
        let size =
            before == after
            ? "\(after), \(policy == .preserve ? "resolution kept" : "not above the limit")"
            : "scaled to \(after) to fit \(Resolution.downscaleLimit)"
        let padding = encoded == after ? "" : ", padded to \(encoded)"
        return "hevc \(transcode.plan.outputBitDepth)-bit \(size)\(padding), CRF \(settings.encoder.crf), "
            + settings.encoder.preset
    }

    private static func summary(_ stream: StreamInfo) -> String {
        var parts = [stream.kind.rawValue, stream.codec]
        if let size = stream.size { parts.append("\(size)") }
        if let format = stream.pixelFormat { parts.append(format) }
        if stream.kind == .video, let rate = stream.frameRate, rate.isKnown {
            parts.append("\(Figures.decimals(rate.value, 3)) fps")
        }
        if stream.rotation != 0 { parts.append("rotated \(stream.rotation)°") }
        if let rate = stream.sampleRate { parts.append("\(rate) Hz") }
        if let channels = stream.channels { parts.append("\(channels) ch") }
        if let language = stream.language { parts.append("[\(language)]") }
        if let title = stream.title { parts.append("“\(title)”") }
        return parts.joined(separator: " ")
    }
}
