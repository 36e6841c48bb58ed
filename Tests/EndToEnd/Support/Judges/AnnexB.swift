import TestSupport

/// The NAL units of an H.264 or HEVC stream, cut at their start codes.
enum AnnexB {
    /// The units of a video's main stream, without start codes, as ffmpeg extracts them.
    static func units(of path: String, as format: String, into folder: TemporaryFolder) throws -> [[UInt8]] {
        let raw = try FFmpeg.make(
            folder("raw-\(path.split(separator: "/").last ?? "").\(format)"),
            ["-i", path, "-map", "0:V:0", "-c", "copy", "-f", format])
        return split(try FileBytes.read(raw))
    }

    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var units: [[UInt8]] = []
        var start: Int?
        var index = 0
        func end(_ position: Int) {
            guard let start else { return }
            var unit = bytes[start..<position]
            while unit.last == 0 { unit.removeLast() }
            units.append(Array(unit))
        }
        while index + 3 <= bytes.count {
            if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                end(index)
                start = index + 3
                index += 3
            } else {
                index += 1
            }
        }
        end(bytes.count)
        return units
    }

    static func join(_ units: [[UInt8]]) -> [UInt8] { units.flatMap { [0, 0, 0, 1] + $0 } }
}
