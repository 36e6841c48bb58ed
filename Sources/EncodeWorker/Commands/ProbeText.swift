import Containers
import EncodeJob
import Findings
import JobReport
import Media

/// A plan as text.
enum ProbeText {
    static func describe(
        _ name: String, bytes: UInt64, _ plan: TranscodePlan, _ settings: Settings, _ policy: ResolutionPolicy
    ) -> String {
        let (source, output) = (plan.source, plan.output)
        var head = [source.container, NumberFormat.bytes(bytes)]
        if let duration = source.duration { head.append(NumberFormat.clock(duration)) }
        if source.chapterCount > 0 {
            head.append("\(source.chapterCount) \(source.chapterCount == 1 ? "chapter" : "chapters")")
        }
        var lines = ["\(name): \(head.joined(separator: ", "))"]
        for stream in source.streams {
            let treatment: String
            if stream.index == output.mainVideo {
                treatment = encoding(plan, settings, policy)
            } else if let dropped = output.dropped.first(where: { $0.index == stream.index }) {
                treatment = "dropped: \(dropped.reason.sentence(codec: dropped.codec))"
            } else {
                treatment = "copied bit for bit"
            }
            lines.append("  stream \(stream.index)  \(summary(stream)) → \(treatment)")
        }
        let why =
            settings.container != nil
            ? "as requested"
            : output.container == .mp4 ? "it supports every stream" : "MP4 does not support every stream"
        lines.append("  container: \(output.container.fileExtension), \(why)")
        if plan.isChunked { lines.append("  \(chunks(plan))") }
        if let bits = BitsPerPixel.efficient(plan, bytes, settings) {
            lines.append(
                "  kept: already HEVC, with \(NumberFormat.decimals(bits, 3)) bits per pixel (--skip-hevc-below "
                    + "\(NumberFormat.decimals(settings.skipHEVCBelow, 3)))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func chunks(_ plan: TranscodePlan) -> String {
        let starts = plan.chunks.map { NumberFormat.decimals(plan.start(of: $0), 3) }
        return "chunks: \(plan.chunks.count), from \(starts.joined(separator: ", ")) s"
    }

    private static func encoding(_ plan: TranscodePlan, _ settings: Settings, _ policy: ResolutionPolicy) -> String {
        let (before, after, encoded) = (plan.frame.size, plan.outputSize, plan.encodedSize)
        let size =
            before == after
            ? "\(after), \(policy == .preserve ? "resolution kept" : "not above the limit")"
            : "scaled to \(after) to fit \(Resolution.downscaleLimit)"
        let padding = encoded == after ? "" : ", padded to \(encoded)"
        return "hevc \(plan.outputBitDepth)-bit \(size)\(padding), CRF \(settings.encoder.crf), "
            + settings.encoder.preset
    }

    private static func summary(_ stream: StreamInfo) -> String {
        var parts = [stream.kind.rawValue, stream.codec]
        if let size = stream.size { parts.append("\(size)") }
        if let format = stream.pixelFormat { parts.append(format) }
        if stream.kind == .video, let rate = stream.frameRate, rate.isKnown {
            parts.append("\(NumberFormat.decimals(rate.value, 3)) fps")
        }
        if stream.rotation != 0 { parts.append("rotated \(stream.rotation)°") }
        if let rate = stream.sampleRate { parts.append("\(rate) Hz") }
        if let channels = stream.channels { parts.append("\(channels) ch") }
        if let language = stream.language { parts.append("[\(language)]") }
        if let title = stream.title { parts.append("“\(title)”") }
        return parts.joined(separator: " ")
    }
}
