import TestSupport

/// Compares an output with its source, using programs that wrote neither. Each check returns the differences.
///
/// `scripts/formats/facts.py` reads the same properties, but all of a file at once, by nine programs and for tolerances
/// that fit any container; a test asks for one, with a tolerance of its own.
enum Judge {
    /// Every frame is there, with its own timestamp.
    ///
    /// - Parameters:
    ///   - tolerance: seconds; 0 wants the very same digits.
    ///   - relative: whether times count from the first frame.
    static func frameTimestamps(
        _ source: String,
        _ output: String,
        tolerance: Double = 0,
        relative: Bool = false
    ) throws -> [String] {
        let (before, after) = (try Probe.frameTimestamps(source), try Probe.frameTimestamps(output))
        guard !before.isEmpty else { return ["the source has no frames"] }
        guard before.count == after.count else { return ["\(after.count) frames, not \(before.count)"] }
        let origins = relative ? (seconds(before[0]), seconds(after[0])) : (0, 0)
        return zip(before, after).enumerated().compactMap { index, times in
            let apart = abs((seconds(times.0) - origins.0) - (seconds(times.1) - origins.1))
            let isEqual = tolerance == 0 && !relative ? times.0 == times.1 : apart <= tolerance + 1e-9
            return isEqual ? nil : "frame \(index) at \(times.1), not \(times.0)"
        }
    }

    /// Seconds from the first frame to the first packet of the first audio stream.
    static func audioOffset(_ path: String) throws -> Double {
        let audio = try Probe.packets(path, "a:0").first?.ptsTime
        let video = try Probe.frameTimestamps(path).first
        return seconds(audio) - seconds(video)
    }

    /// A stream's packets have the same bytes.
    static func packets(_ source: String, _ output: String, _ stream: String) throws -> [String] {
        let before = try Probe.packets(source, stream).map(\.dataHash)
        let after = try Probe.packets(output, stream).map(\.dataHash)
        if before.isEmpty { return ["\(stream) of the source has no packets"] }
        if before == after { return [] }
        return ["\(stream): \(after.count) packets, not the \(before.count) of the source byte for byte"]
    }

    /// The streams but the main video: kind, codec, language, title and dispositions.
    static func otherStreams(_ source: Probe, _ output: Probe) -> [String] {
        difference(summaries(source), summaries(output))
    }

    private static func summaries(_ probe: Probe) -> [String] {
        probe.streams.filter { $0.index != probe.video?.index }.map { stream in
            let flags = (stream.disposition ?? [:]).filter { $0.value == 1 }.keys.sorted().joined(separator: "+")
            let tags = ["language", "title", "filename", "mimetype"].map { name in
                stream.tags?.first { $0.key.lowercased() == name }?.value ?? "-"
            }
            let kind = "\(stream.codecType ?? "-") \(stream.codecName ?? "-") \(stream.size.map { $0 ?? 0 })"
            return "\(kind) \(tags.joined(separator: " ")) \(flags)"
        }.sorted()
    }

    static func chapters(_ source: Probe, _ output: Probe) -> [String] {
        if source.chapters.isEmpty { return ["the source has no chapters"] }
        return difference(
            source.chapters.map { "\($0.startTime) \($0.endTime) \($0.tags?["title"] ?? "-")" },
            output.chapters.map { "\($0.startTime) \($0.endTime) \($0.tags?["title"] ?? "-")" }
        )
    }

    /// The file's own tags of these names, which the source must have.
    static func tags(_ names: [String], _ source: Probe, _ output: Probe) -> [String] {
        func value(_ name: String, _ probe: Probe) -> String? {
            probe.format.tags?.first { $0.key.lowercased() == name }?.value
        }
        return names.compactMap { name in
            guard let wanted = value(name, source) else { return "the source has no tag \(name)" }
            let found = value(name, output)
            return found == wanted ? nil : "tag \(name) is \(found ?? "gone"), not \(wanted)"
        }
    }

    /// How the video is displayed: colours, sample aspect ratio, rotation.
    static func look(_ source: Probe, _ output: Probe) -> [String] {
        func fields(_ stream: Probe.Stream?) -> [String] {
            guard let stream else { return ["no video"] }
            return [
                "range \(stream.colorRange ?? "tv")", "matrix \(stream.colorSpace ?? "unknown")",
                "transfer \(stream.colorTransfer ?? "unknown")", "primaries \(stream.colorPrimaries ?? "unknown")",
                "pixel shape \(stream.sampleAspectRatio ?? "1:1")", "chroma \(stream.chromaLocation ?? "left")",
                "rotation \(stream.rotation ?? 0)",
            ]
        }
        return difference(fields(source.video), fields(output.video))
    }

    /// FFmpeg decodes it all without complaint.
    static func decoding(_ output: String) throws -> [String] {
        // Counted in frames, timestamps of Matroska that lie between two would fall on one. The words for the source's
        // time base differ between FFmpeg 5.1 and 9.
        let outcome = try Command([
            "ffmpeg", "-nostdin", "-v", "error", "-i", output, "-enc_time_base:v", "1:1000000", "-f", "null", "-",
        ]).run()
        return outcome.errorLines.map(String.init) + (outcome.end == .exit(0) ? [] : ["\(outcome.end)"])
    }

    /// An MP4 is faststart: moov comes before mdat.
    static func indexInFront(_ path: String) throws -> [String] {
        let kinds = try TopLevelBox.all(try FileBytes.read(path)).map(\.kind)
        guard let index = kinds.firstIndex(of: "moov"), let data = kinds.firstIndex(of: "mdat") else {
            return ["boxes \(kinds)"]
        }
        return index < data ? [] : ["moov behind mdat"]
    }

    private static func difference(_ before: [String], _ after: [String]) -> [String] {
        after.difference(from: before).map { change in
            switch change {
            case .remove(_, let line, _): "lost: \(line)"
            case .insert(_, let line, _): "new: \(line)"
            }
        }
    }

    static func seconds(_ text: String?) -> Double { text.flatMap { Double($0) } ?? .nan }
}
