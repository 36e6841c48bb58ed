import FoundationEssentials
import TestSupport
import Testing

/// Quality and size compared with FFmpeg's libx265 at the same settings.
@Suite("Video / quality") struct QualityTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sdr, tenBit, hdr10, interlaced, chroma422, downscale

        var testDescription: String { rawValue }

        /// How a real clip becomes a source of this kind; nothing is lost in it.
        var source: [String] {
            let clip = ["-i", Clips.path("bikes"), "-frames:v", self == .downscale ? "4" : "24", "-an"]
            let lossless = ["-c:v", "ffv1", "-pix_fmt"]
            switch self {
            case .sdr: return clip + lossless + ["yuv420p"]
            case .tenBit: return clip + ["-vf", "gblur=0.6"] + lossless + ["yuv420p10le"]
            case .hdr10:
                let grading =
                    "zscale=tin=709:min=709:pin=709:rin=limited:t=smpte2084:m=2020_ncl:p=2020:r=limited:npl=300"
                return clip + ["-vf", "\(grading),format=yuv420p10le"] + lossless + ["yuv420p10le"] + [
                    "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
                ]
            case .interlaced:
                return clip + ["-vf", "tinterlace=interleave_top,fieldorder=tff,setfield=tff,setpts=N/25/TB", "-r"]
                    + ["25"] + ["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-x264-params", "tff=1"]
            case .chroma422: return clip + ["-vf", "scale=flags=lanczos"] + lossless + ["yuv422p10le"]
            case .downscale: return clip + ["-vf", "scale=3840:2160:flags=lanczos"] + lossless + ["yuv420p"]
            }
        }

        /// The filter that ffmpeg applies before it encodes.
        var filter: String {
            switch self {
            case .interlaced: "bwdif=mode=send_frame:deint=interlaced"
            case .chroma422: "format=yuv420p10le"
            case .downscale: "scale=2560:1440"
            default: "null"
            }
        }

        /// The filter that makes the reference of both.
        var reference: String {
            switch self {
            case .interlaced: "bwdif=mode=send_frame:deint=interlaced"
            case .chroma422: "zscale=f=lanczos,format=yuv420p10le"
            case .downscale: "zscale=2560:1440:f=lanczos"
            default: "null"
            }
        }
    }

    private func vmaf(_ path: String, _ source: String, _ reference: String) throws -> Double {
        let log = folder("vmaf.json")
        let graph =
            "[0:v]settb=1/25,setpts=N[a];[1:v]\(reference),settb=1/25,setpts=N[b];[a][b]libvmaf=log_fmt=json:log_path=\(log):n_threads=1"
        let outcome = try Command([
            CurrentFFmpeg.path ?? "", "-nostdin", "-v", "error", "-i", path, "-i", source, "-lavfi", graph, "-f",
            "null",
            "-",
        ]).run()
        guard outcome.end == .exit(0) else { throw CommandFailure("VMAF: \(outcome.error)") }
        struct Log: Decodable {
            var pooledMetrics: [String: Pooled]
            struct Pooled: Decodable { var mean: Double }
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try decoder.decode(Log.self, from: Data(try FileBytes.read(log)))
        return try #require(answer.pooledMetrics["vmaf"]?.mean)
    }

    @Test(
        "VMAF and size are as good as ffmpeg's with libx265",
        .enabled("no ffmpeg with libvmaf here", { CurrentFFmpeg.path != nil }), arguments: Kind.allCases)
    func vmaf(kind: Kind) throws {
        let source = try FFmpeg.make(folder("source.mkv"), kind.source)
        let (ours, theirs) = (folder("ours.mkv"), folder("theirs.mkv"))
        try Worker.encode(source, ours, ["--crf", "24"] + (kind == .downscale ? ["--policy", "downscale"] : []))
        try FFmpeg.run([
            "-v", "error", "-i", source, "-vf", kind.filter, "-c:v", "libx265", "-crf", "24", "-preset", "ultrafast",
            "-x265-params", "open-gop=0:log-level=none", theirs,
        ])
        let scores = try [ours, theirs].map { try vmaf($0, source, kind.reference) }
        let sizes = try [ours, theirs].map { try Probe.packets($0, "V:0").reduce(0) { $0 + (Int($1.size) ?? 0) } }
        print("VMAF of \(kind): \(scores[0]), ffmpeg's \(scores[1]); bytes \(sizes)")
        #expect(scores[0] > 50)
        #expect(scores[0] >= scores[1] - 0.1, "\(scores)")
        #expect(Double(sizes[0]) <= Double(sizes[1]) * 1.03, "\(sizes)")
    }

    @Test("Size and PSNR are those of libx265 in ffmpeg", arguments: ["yuv420p", "yuv420p10le"])
    func psnr(format: String) throws {
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
