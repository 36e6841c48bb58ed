import FoundationEssentials
import TestSupport
import Testing

/// HDR metadata of frames, streams and containers.
@Suite("Video / HDR") struct HDRTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
    private static let values: [String: Double] = [
        "red_x": 0.68, "red_y": 0.32, "green_x": 0.265, "green_y": 0.69, "blue_x": 0.15, "blue_y": 0.06,
        "white_point_x": 0.3127, "white_point_y": 0.329, "min_luminance": 0.005, "max_luminance": 1000,
        "max_content": 900, "max_average": 300,
    ]
    private static let staticKinds = ["Mastering display", "Content light level"]

    /// An HEVC source with the SEI that x265's parameters give it.
    private func hevc(_ name: String, _ parameters: String, transfer: String, size: String = "320x240") throws
        -> String
    {
        try FFmpeg.make(
            folder(name),
            FFmpeg.video(size, seconds: 0.4) + ["-c:v", "libx265", "-preset", "ultrafast"]
                + FFmpeg.colored("yuv420p10le", ["tv", "bt2020", transfer, "bt2020nc"])
                + ["-x265-params", "log-level=none:\(parameters)"]
        )
    }

    private func frames(_ path: String) throws -> [String] {
        try FrameSideData.lines(path, Self.staticKinds)
    }

    /// Mediainfo's answer for one field of the video.
    private func mediainfo(_ field: String, _ path: String) throws -> String {
        let text = try Command(["mediainfo", "--Inform=Video;%\(field)%", path]).run().output
        return text.filter { $0 != "\n" }
    }

    private func expectHDR10(_ output: String) throws {
        #expect(try FrameSideData.ofStream(output) == Self.values)
        #expect(try mediainfo("HDR_Format_Compatibility", output) == "HDR10")
        #expect(try mediainfo("MasteringDisplay_Luminance", output) == "min: 0.0050 cd/m2, max: 1000 cd/m2")
        #expect(try mediainfo("MaxCLL", output).hasPrefix("900"))
        let video = try #require(try Probe(output).video)
        #expect(video.profile == "Main 10" && video.colorTransfer == "smpte2084" && video.colorPrimaries == "bt2020")
        #expect(try Judge.decoding(output) == [])
    }

    @Test(
        "HDR10 of the bitstream reaches bitstream and container", arguments: ["mp4", "mkv"], ["preserve", "downscale"])
    func hdr10OfBitstream(container: String, policy: String) throws {
        let source = try hevc(
            "source.mp4", "hdr10=1:repeat-headers=1:master-display=\(Self.display):max-cll=900,300",
            transfer: "smpte2084", size: policy == "preserve" ? "320x240" : "2720x480")
        try #require(try FrameSideData.ofStream(source).isEmpty, "the source's container names it already")
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--policy", policy])
        try expectHDR10(output)
        // The bitstream says it too, also where the container is lost.
        let raw = try FFmpeg.make(folder("raw.hevc"), ["-i", output, "-c", "copy"])
        let inside = try FFmpeg.make(folder("source.hevc"), ["-i", source, "-c", "copy"])
        #expect(try frames(raw) == frames(inside))
    }

    @Test("HDR10 that only the container has reaches the bitstream", arguments: ["mp4", "mkv"])
    func hdr10OfContainer(container: String) throws {
        let source = try Catalogue.make("HDR10 in the container only", folder("source.mkv"))
        try #require(try FrameSideData.ofStream(source) == Self.values)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        try expectHDR10(output)
        let raw = try FFmpeg.make(folder("raw.hevc"), ["-i", output, "-c", "copy"])
        let first = try #require(try frames(raw).first)
        #expect(first.contains("max_content=900") && first.contains("green_y=\"34500/50000\""))
    }

    @Test("A content light level alone adds no mastering display") func lightLevelAlone() throws {
        let source = try hevc("source.mp4", "hdr10=1:repeat-headers=1:max-cll=900,300", transfer: "smpte2084")
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try FrameSideData.ofStream(output) == ["max_content": 900, "max_average": 300])
    }

    @Test("An x265 parameter overrides the source's light level") func parameterOverrides() throws {
        let source = try hevc(
            "source.mp4", "hdr10=1:repeat-headers=1:master-display=\(Self.display):max-cll=900,300",
            transfer: "smpte2084")
        let output = folder("output.mp4")
        let outcome = try Worker.run([
            "encode", source, output, "--preset", "ultrafast", "--x265-params", "max-cll=800,200",
        ])
        try #require(outcome.end == .exit(0))
        let first = try #require(try frames(output).first)
        #expect(first.contains("max_content=800") && !first.contains("max_content=900"))
    }

    @Test("HLG stays HLG", arguments: ["mp4", "mkv"])
    func hlg(container: String) throws {
        let source = try Catalogue.make("HLG", folder("source.mov"))
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(Judge.look(try Probe(source), try Probe(output)) == [])
        #expect(try mediainfo("transfer_characteristics", output) == "HLG")
    }

    /// HLG that says BT.2020 in its parameter sets, for displays that know no HLG.
    @Test("HLG of a broadcast keeps both transfer functions") func hlgOfBroadcast() throws {
        let source = try hevc("source.mp4", "atc-sei=18:repeat-headers=1", transfer: "bt2020-10")
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        let log = try FFmpeg.run([
            "-v", "verbose", "-i", output, "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-",
        ]).error
        #expect(log.contains("preferred_transfer_characteristics") && log.contains("= 18"))
        let parameterSet = log.split(separator: "\n").first { $0.contains(" transfer_characteristics ") }
        #expect(parameterSet?.hasSuffix("= 14") == true, "\(parameterSet ?? "no transfer function")")
        #expect(Judge.look(try Probe(source), try Probe(output)) == [])
    }
}
