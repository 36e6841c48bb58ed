import TestSupport
import Testing

/// WebVTT keeps its texts, places and names, in whichever way a container carries it.
@Suite("Streams / WebVTT") struct WebVTTTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Timestamps, text and side data of each packet of the first subtitle stream, as ffprobe prints them.
    private func cues(_ path: String) throws -> [String] {
        let log = try Command([
            "ffprobe", "-v", "error", "-select_streams", "s:0", "-show_packets", "-show_data", "-show_entries",
            "packet=pts_time,duration_time,data:packet_side_data_list", path,
        ]).run().output
        return log.split(separator: "\n").filter { !$0.hasPrefix("[") && !$0.contains("Matroska") }.map(String.init)
    }

    @Test("WebVTT of mkvmerge keeps text, settings and identifiers") func matroska() throws {
        let source = try Catalogue.make("WebVTT of mkvmerge", folder("source.mkv"))
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let stream = try #require(try Probe(output).streams.last)
        #expect(stream.codecName == "webvtt" && stream.tags?["language"] == "swe")
        // As a current ffmpeg carries the same text.
        let wanted = try Catalogue.make("WebVTT of ffmpeg", folder("wanted.mkv"))
        #expect(try cues(output) == cues(wanted))
        #expect(try cues(output).count > 8)
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    @Test("WebVTT of MP4 keeps text, settings and identifiers") func mp4() throws {
        func box(_ kind: String, _ content: [UInt8]) -> [UInt8] { HostileFile.box(kind, content) }
        let samples = [
            box("vttc", box("iden", Array("name".utf8)) + box("sttg", Array("line:10%".utf8)) + box("payl", [65, 66])),
            box("vttc", box("payl", Array("one".utf8))) + box("vttc", box("payl", Array("two".utf8))), box("vtte", []),
        ]
        // Texts of ffmpeg's own kind, overwritten in place.
        let letters = ["P", "Q", "R"].map { String(repeating: $0, count: 98) }
        let subtitles = letters.enumerated().map { number, text in
            "\(number + 1)\n00:00:00,\(number * 3)00 --> 00:00:00,\(number * 3 + 3)00\n\(text)\n"
        }
        try FileBytes.write(subtitles.joined(separator: "\n").utf8, to: folder("text.srt"))
        let made = try FFmpeg.make(
            folder("made.mp4"),
            FFmpeg.video() + ["-i", folder("text.srt")] + FFmpeg.h264 + ["-c:s", "mov_text"])
        var bytes = try FileBytes.read(made)
        for (text, sample) in zip(letters, samples) {
            let place = try #require(bytes.firstRange(of: Array(text.utf8)))
            let padding = box("free", [UInt8](repeating: 32, count: 100 - 8 - sample.count))
            bytes.replaceSubrange(place.lowerBound - 2..<place.upperBound, with: sample + padding)
        }
        let entry = try #require(bytes.firstRange(of: Array("tx3g".utf8)))
        bytes.replaceSubrange(entry, with: "wvtt".utf8)
        let source = folder("source.mp4")
        try FileBytes.write(bytes, to: source)
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let found = try cues(output).joined(separator: "\n")
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "webvtt"])
        #expect(found.contains("line:10%") && found.contains("name") && found.contains("AB"), "\(found)")
        #expect(try Probe.packets(output, "s:0").map(\.size) == ["2", "3", "3"])
        #expect(try Probe.packets(output, "s:0").map(\.ptsTime) == ["0.000000", "0.300000", "0.300000"])
        let mp4 = try Worker.run(["encode", source, folder("output.mp4"), "--container", "mp4"])
        #expect(mp4.end == .exit(10) && mp4.error.contains("mp4 can't carry stream 1 (webvtt subtitle)"))
    }
}
