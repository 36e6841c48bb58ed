import TestSupport
import Testing

@Suite struct SameAsFFmpeg {
    private let folder = try! TemporaryFolder()

    @Test(arguments: ["yuv420p", "yuv420p10le"])
    func sizeAndQualityAreThoseOfLibx265InFFmpeg(format: String) throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            ["-i", Clips.path("bikes"), "-t", "4", "-an", "-c:v", "ffv1", "-pix_fmt", format]
        )
        let (ours, theirs) = (folder("ours.mp4"), folder("theirs.mp4"))
        try Worker.encode(source, ours, ["--crf", "24"])
        try FFmpeg.run([
            "-v", "error", "-i", source, "-c:v", "libx265", "-crf", "24", "-preset", "ultrafast",
            "-x265-params", "open-gop=0:log-level=none", theirs,
        ])
        let sizes = try [ours, theirs].map { path in
            try Probe.packets(path, "V:0").reduce(0) { $0 + (Int($1.size) ?? 0) }
        }
        #expect(sizes[1] > 10_000)
        #expect(abs(Double(sizes[0]) / Double(sizes[1]) - 1) <= 0.01, "\(sizes)")
        let quality = try [ours, theirs].map { try FFmpeg.psnr($0, source) }
        #expect(quality[0] > 25)
        #expect(abs(quality[0] - quality[1]) <= 0.05, "\(quality)")
        #expect(try Probe(ours).video?.pixFmt == format)
    }
}
