import FoundationEssentials
import TestSupport
import Testing

/// Metadata of single frames: HDR10+, Dolby Vision, captions.
@Suite("Video / metadata of frames") struct DynamicMetadataTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "Every frame keeps its HDR10+ metadata", .enabled("no real HDR10+ clip here", { Clips.hdr10Plus != nil }),
        arguments: ["mp4", "mkv"])
    func hdr10Plus(container: String) throws {
        let source = try #require(Clips.hdr10Plus)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        let kinds = ["HDR Dynamic Metadata", "Mastering display", "Content light level"]
        let (before, after) = (
            try FrameSideData.lines(source, kinds), try FrameSideData.lines(output, kinds)
        )
        try #require(before.count == 259 && before.allSatisfy { $0.contains("average_maxrgb") })
        #expect(before == after)
        // To the bit, and not only in the fields that ffprobe shows: messages of a frame are in one order.
        let messages = try [source, output].map { path in
            try AnnexB.units(of: path, as: "hevc", into: folder).filter { unit in
                unit.first == 39 << 1 && unit.dropFirst(4).starts(with: [0xB5, 0x00, 0x3C])
            }.map { Data($0).base64EncodedString() }.sorted()
        }
        try #require(messages[0].count == 259)
        #expect(messages[0] == messages[1])
    }

    @Test(
        "Every frame keeps its Dolby Vision metadata",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }), arguments: ["mp4", "mkv"])
    func dolbyVision(container: String) throws {
        let source = try #require(Clips.dolbyVision)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        let (before, after) = (
            try FrameSideData.lines(source, ["Dolby Vision"]), try FrameSideData.lines(output, ["Dolby Vision"])
        )
        try #require(before.count == 259 && before.allSatisfy { $0.contains("source_max_pq") })
        // FFmpeg 5.1 can't read two of them, and shows others' fields there.
        let readable = zip(before, after).filter { $0.0.contains("RPU Data") }
        try #require(readable.count == 257 && after.count == 259)
        #expect(readable.allSatisfy { $0.0 == $0.1 })
        let units = try [source, output].map { path in
            try AnnexB.units(of: path, as: "hevc", into: folder).filter { $0.first == 62 << 1 }
                .map { Data($0).base64EncodedString() }.sorted()
        }
        try #require(units[0].count == 259)
        #expect(units[0] == units[1])
        let record = try FrameSideData.ofStream(output)
        #expect(record["dv_profile"] == 8 && record["dv_bl_signal_compatibility_id"] == 1)
        #expect(record["rpu_present_flag"] == 1 && record["el_present_flag"] == 0)
        let format = try Command(["mediainfo", "--Inform=Video;%HDR_Format/String%", output]).run().output
        #expect(format.contains("Dolby Vision") && format.contains("dvhe.08"), "\(format)")
        #expect(try Judge.decoding(output) == [])
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    /// A raw stream has no configuration record; the RPUs still have the profile.
    @Test(
        "Dolby Vision without a configuration record gets one",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }))
    func missingRecord() throws {
        let clip = try #require(Clips.dolbyVision)
        let source = try FFmpeg.make(
            folder("source.hevc"), ["-i", clip, "-map", "0:v", "-c", "copy", "-frames:v", "24"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let record = try FrameSideData.ofStream(output)
        #expect(record["dv_profile"] == 8 && record["dv_bl_signal_compatibility_id"] == 1)
    }

    /// The clip with another record: profile, which layers there are, and what others show of it.
    private func withRecord(profile: UInt8, layers: UInt8, compatibility: UInt8) throws -> String {
        let clip = try #require(Clips.dolbyVision)
        let made = try FFmpeg.make(
            folder("made.mp4"),
            ["-i", clip, "-map", "0:v", "-c", "copy", "-frames:v", "24", "-strict", "unofficial", "-tag:v", "hvc1"])
        var bytes = try FileBytes.read(made)
        let box = try #require(bytes.firstRange(of: Array("dvvC".utf8)))
        if profile < 8 { bytes[box.lowerBound + 2] = UInt8(ascii: "c") }
        // Profile, level, then the flags for RPU, enhancement layer and base layer.
        bytes[box.upperBound + 2] = profile << 1
        bytes[box.upperBound + 3] = 1 << 3 | layers
        bytes[box.upperBound + 4] = compatibility << 4
        let source = folder("source.mp4")
        try FileBytes.write(bytes, to: source)
        try #require(try FrameSideData.ofStream(source)["dv_profile"] == Double(profile))
        return source
    }

    /// A record that says profile 7: two layers, of which libavcodec decodes the first.
    @Test(
        "Dolby Vision of two layers is removed and reported",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }))
    func twoLayers() throws {
        let source = try withRecord(profile: 7, layers: 0b111, compatibility: 6)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try FrameSideData.ofStream(output)["dv_profile"] == nil)
        #expect(try Probe(output).video?.codecTagString == "hvc1")
        #expect(try AnnexB.units(of: output, as: "hevc", into: folder).allSatisfy { $0.first != 62 << 1 })
        #expect(
            try JobReport.read("\(output).json").notes
                == ["Dolby Vision profile 7.6 was removed: players show the base layer (HDR10)"])
    }

    /// Profile 5 has colours of its own: who knows no Dolby Vision must not even try, as with the source.
    @Test(
        "Dolby Vision without a compatible base layer is kept and reported",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }), arguments: ["mp4", "mkv"])
    func noBaseLayer(container: String) throws {
        let source = try withRecord(profile: 5, layers: 0b101, compatibility: 0)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        let record = try FrameSideData.ofStream(output)
        #expect(record["dv_profile"] == 5 && record["dv_bl_signal_compatibility_id"] == 0)
        #expect(try AnnexB.units(of: output, as: "hevc", into: folder).count { $0.first == 62 << 1 } == 24)
        if container == "mp4" { #expect(try Probe(output).video?.codecTagString == "dvh1") }
        let format = try Command(["mediainfo", "--Inform=Video;%HDR_Format/String%", output]).run().output
        #expect(format.contains("05"), "\(format)")
        #expect(
            try JobReport.read("\(output).json").notes == [
                "Dolby Vision profile 5 was kept: it has no compatible base layer, so players without Dolby Vision show wrong "
                    + "colours"
            ])
    }

    /// Without the metadata in an HEVC stream the same frames would be green and purple everywhere.
    @Test(
        "Dolby Vision that would lose its colours is refused",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }))
    func lostColors() throws {
        let source = try withRecord(profile: 20, layers: 0b101, compatibility: 0)
        let outcome = try Worker.run(["encode", source, folder("output.mp4"), "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10) && outcome.error.contains("profile 20.0"), "\(outcome.error)")
    }

    @Test("Closed captions stay in the frames", arguments: ["mp4", "mkv"])
    func captions(container: String) throws {
        let source = try Catalogue.make("captions in the bitstream", folder("source.mkv"))
        let before = try FrameSideData.lines(source, ["Closed Captions"])
        try #require(before.allSatisfy { $0.contains("Closed Captions") })
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try FrameSideData.lines(output, ["Closed Captions"]).count == before.count)
        #expect(try captions(output) == captions(source))
        #expect(try captions(source).count > 5)
    }

    /// The caption bytes of all frames in the order they are shown, as subtitles see them.
    private func captions(_ path: String) throws -> [String] {
        let outcome = try FFmpeg.run([
            "-v", "error", "-f", "lavfi", "-i", "movie=\(path)[out0+subcc]", "-map", "0:s", "-c", "copy", "-f",
            "framehash", "-",
        ])
        return outcome.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map(String.init) }
    }
}
