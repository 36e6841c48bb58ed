import TestSupport
import Testing

@Suite("Video / resolution policy") struct ResolutionPolicyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ size: String) throws -> String {
        try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video(size) + FFmpeg.h264 + ["-frames:v", "3", "-pix_fmt", "yuv420p"]
        )
    }

    @Test(
        "--policy downscale fits frames into the limit",
        arguments: [
            ("3840x2160", [2560, 1440]), ("4096x2160", [2560, 1350]), ("2160x3840", [1440, 2560]),
            ("1920x1080", [1920, 1080]), ("2560x1440", [2560, 1440]),
        ])
    func downscale(size: String, wanted: [Int]) throws {
        let (source, output) = (try source(size), folder("output.mp4"))
        try Worker.encode(source, output, ["--policy", "downscale"])
        #expect(try Probe(output).video?.size == wanted)
        #expect(try Judge.frameTimestamps(source, output) == [])
        let shape = try #require(try Probe(output).video?.sampleAspectRatio)
        #expect(shape == "1:1")
        // The same image, not only one of the right size.
        let small = "scale=\(wanted[0] / 4):\(wanted[1] / 4)"
        #expect(try FFmpeg.psnr(source, output, prepare: small) > 28)
    }

    @Test("--policy preserve keeps the resolution", arguments: ["3840x2160", "2160x3840", "1918x1078"])
    func preserve(size: String) throws {
        let (source, output) = (try source(size), folder("output.mp4"))
        try Worker.encode(source, output, ["--policy", "preserve"])
        #expect(try Probe(output).video?.size == Probe(source).video?.size)
    }

    @Test(
        "A phone's video keeps its rotation",
        arguments: [("1280x720", "preserve", [1280, 720]), ("3840x2160", "downscale", [2560, 1440])])
    func phone(size: String, policy: String, wanted: [Int]) throws {
        let source = try source(size)
        try OddSource.setMatrix([0, 0x10000, -0x10000, 0], in: source)
        let rotation = try #require(try Probe(source).video?.rotation)
        try #require(abs(rotation) == 90)
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--policy", policy])
        #expect(try Probe(output).video?.rotation == rotation)
        #expect(try Probe(output).video?.size == wanted)
    }
}
