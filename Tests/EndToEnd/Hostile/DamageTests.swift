import TestSupport
import Testing

/// Damage in a source is counted the same in every run, tolerated up to a share, and refused above it.
@Suite("Hostile / damaged sources") struct DamageTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Codec: String, CaseIterable, CustomTestStringConvertible {
        case h264, mpeg4, mpeg2, mjpeg, ffv1

        var testDescription: String { rawValue }

        var options: [String] {
            switch self {
            case .h264: ["-c:v", "libx264", "-preset", "fast", "-threads", "1", "-g", "10"]
            case .mpeg4: ["-c:v", "mpeg4", "-bf", "2", "-g", "10", "-q:v", "3"]
            case .mpeg2: ["-c:v", "mpeg2video", "-bf", "2", "-g", "10", "-q:v", "3"]
            case .mjpeg: ["-c:v", "mjpeg"]
            case .ffv1: ["-c:v", "ffv1", "-slices", "4", "-slicecrc", "1"]
            }
        }
    }

    /// A Matroska file with noise in the middle of some frames.
    private func damaged(_ codec: Codec, frames: [Int], of count: Int) throws -> String {
        let whole = try FFmpeg.make(
            folder("whole.mkv"),
            FFmpeg.video("96x64", seconds: Double(count) / 25) + codec.options)
        var bytes = try FileBytes.read(whole)
        let packets = try Probe.packetPlaces(whole)
        try #require(packets.count == count)
        var random = SeededGenerator(seed: 7)
        for number in frames {
            let packet = packets[number]
            let middle = packet.position + packet.size / 2
            for index in middle..<min(middle + 60, packet.position + packet.size - 8) {
                bytes[index] = .random(in: 0...255, using: &random)
            }
        }
        let path = folder("damaged.mkv")
        try FileBytes.write(bytes, to: path)
        return path
    }

    @Test("Damage is counted the same in every run, and refused by --errors strict", arguments: Codec.allCases)
    func count(codec: Codec) throws {
        // In MPEG-4 the noise would look like a header.
        let input = try damaged(codec, frames: [codec == .mpeg4 ? 39 : 40], of: 250)
        var counts: [Int] = []
        for run in 0..<3 {
            let output = folder("\(codec)-\(run).mkv")
            let outcome = try Worker.run(["encode", input, output, "--preset", "ultrafast"])
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            let frames = try JobReport.read("\(output).json").frames
            counts.append((frames?.damaged ?? 0) + (frames?.undecodablePackets ?? 0))
        }
        #expect(Set(counts).count == 1 && counts[0] >= 1, "\(counts)")
        let strict = try Worker.run(["encode", input, folder("strict.mkv"), "--errors", "strict"])
        #expect(strict.end == .exit(10) && strict.error.contains("damaged"), "\(strict.error)")
        #expect(!FileBytes.exists(folder("strict.mkv")))
    }

    @Test("Damage of more than 1 % of the frames is refused", arguments: Codec.allCases)
    func share(codec: Codec) throws {
        let input = try damaged(codec, frames: [10, 20, 30, 40, 50, 60], of: 75)
        for run in 0..<3 {
            let outcome = try Worker.run(
                ["encode", input, folder("\(run).mkv"), "--preset", "ultrafast"],
                environment: ["REELPRESS_ERRORS": "tolerate"])
            #expect(outcome.end == .exit(10) && outcome.error.contains("1 %"), "\(outcome.error)")
        }
    }

    enum Hole: String, CaseIterable, CustomTestStringConvertible {
        case cluster, flippedPage, lostPage

        var testDescription: String { rawValue }
        /// Whether the container itself shows the damage.
        var isBroken: Bool { self != .lostPage }
    }

    /// 8 s of video, with frames missing in the middle.
    private func holed(_ hole: Hole) throws -> String {
        let isOgg = hole != .cluster
        let codec = isOgg ? ["-c:v", "libtheora"] : ["-c:v", "libvpx", "-deadline", "realtime", "-g", "25"]
        let whole = try FFmpeg.make(
            folder(isOgg ? "whole.ogv" : "whole.webm"),
            FFmpeg.video("96x64", seconds: 8) + codec
                + (isOgg ? ["-page_duration", "100000"] : ["-cluster_time_limit", "400"])
        )
        var bytes = try FileBytes.read(whole)
        let mark = isOgg ? Array("OggS".utf8) : [0x1F, 0x43, 0xB6, 0x75]
        let places = bytes.indices.dropLast(4).filter { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
        try #require(places.count > 10)
        let (place, next) = (places[places.count / 2], places[places.count / 2 + 1])
        switch hole {
        case .cluster: for index in place..<place + 40 { bytes[index] = UInt8(truncatingIfNeeded: index * 37 + 11) }
        case .flippedPage: bytes[(place + next) / 2] ^= 16
        case .lostPage: bytes.removeSubrange(place..<next)
        }
        let path = folder(isOgg ? "holed.ogv" : "holed.webm")
        try FileBytes.write(bytes, to: path)
        return path
    }

    /// Decoders don't see what a demuxer skips; the gap in timestamps shows it.
    @Test("Frames that the container lost are reported", arguments: Hole.allCases)
    func missingFrames(hole: Hole) throws {
        let input = try holed(hole)
        let missing = 200 - (try Probe.frameTimestamps(input).count)
        try #require((1...12).contains(missing))
        let output = folder("output.mkv")
        let outcome = try Worker.run(["encode", input, output, "--preset", "ultrafast"])
        let strict = try Worker.run(["encode", input, folder("strict.mkv"), "--errors", "strict"])
        if missing > 2, hole.isBroken {
            #expect(
                outcome.end == .exit(10) && outcome.error.contains("\(missing) of the source's"), "\(outcome.error)")
        } else {
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            #expect(
                try JobReport.read("\(output).json").notes.contains(
                    "the source has 1 timestamp gap: "
                        + "\(missing) \(missing == 1 ? "frame appears" : "frames appear") to be missing"))
        }
        #expect(strict.end == .exit(hole.isBroken ? 10 : 0), "\(strict.error)")
    }

    /// A transport stream's continuity counters show lost packets.
    @Test("Lost packets of a transport stream count as damage") func lostPackets() throws {
        let whole = try FFmpeg.make(folder("whole.ts"), FFmpeg.video(seconds: 8) + Codec.h264.options)
        var bytes = try FileBytes.read(whole)
        let place = bytes.count / 188 / 2 * 188
        bytes.removeSubrange(place..<place + 188)
        let input = folder("lost.ts")
        try FileBytes.write(bytes, to: input)
        let strict = try Worker.run(["encode", input, folder("out.mkv"), "--errors", "strict"])
        #expect(strict.end == .exit(10) && strict.error.contains("damaged"), "\(strict.error)")
    }
}

extension Probe {
    /// The position of each packet of the first video in the file.
    fileprivate static func packetPlaces(_ path: String) throws -> [(position: Int, size: Int)] {
        let outcome = try Command([
            "ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pos,size", "-of",
            "csv=p=0:nk=1", path,
        ]).run()
        return outcome.output.split(separator: "\n").compactMap { line in
            // ffprobe's own order: size, then position.
            let numbers = line.split(separator: ",").compactMap { Int($0) }
            return numbers.count == 2 ? (numbers[1], numbers[0]) : nil
        }
    }
}
