import FoundationEssentials
import TestSupport

/// Side data of frames and streams, read by ffprobe.
enum FrameSideData {
    /// One line per frame of the main video: its timestamp and the fields of all its side data of these kinds.
    static func lines(_ path: String, _ kinds: [String]) throws -> [String] {
        let outcome = try Command([
            "ffprobe", "-v", "error", "-select_streams", "V:0", "-show_frames", "-show_entries",
            "frame=best_effort_timestamp_time:frame_side_data_list", "-of", "flat=s=|", path,
        ]).run()
        guard outcome.end == .exit(0) else { throw CommandFailure("ffprobe \(path): \(outcome.error)") }
        var frames: [[String]] = []
        var isWanted = false
        for line in outcome.output.split(separator: "\n") {
            // frames|frame|7|side_data_list|side_data|2|red_x="…"
            let parts = line.split(separator: "|", maxSplits: 6)
            guard parts.count > 3, let number = Int(parts[2]) else { continue }
            while frames.count <= number { frames.append([]) }
            guard parts.count > 6 else {
                if parts[3].hasPrefix("best_effort") { frames[number].append(String(parts[3])) }
                continue
            }
            if parts[6].hasPrefix("side_data_type=") { isWanted = kinds.contains { parts[6].contains($0) } }
            if isWanted { frames[number].append(String(parts[6])) }
        }
        return frames.map { $0.joined(separator: " ") }
    }

    /// The numbers of a stream's HDR side data, by name.
    static func ofStream(_ path: String) throws -> [String: Double] {
        let outcome = try Command([
            "ffprobe", "-v", "error", "-select_streams", "V:0", "-show_entries", "stream_side_data_list", "-of",
            "default=nw=1", path,
        ]).run()
        var values: [String: Double] = [:]
        for line in outcome.output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let ratio = parts[1].split(separator: "/").compactMap { Double($0) }
            if ratio.count == 2 { values[String(parts[0])] = (ratio[0] / ratio[1] * 1e6).rounded() / 1e6 }
            if ratio.count == 1 { values[String(parts[0])] = ratio[0] }
        }
        return values
    }
}
