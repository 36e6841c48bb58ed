import TestSupport
import Testing

/// Outputs in S3 are those of a folder, byte for byte.
@Suite("Cloud / same as local") struct CloudParityTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Source: String, CaseIterable, CustomTestStringConvertible {
        case bikes = "bikes.mp4"
        case bigbuckbunny = "bigbuckbunny.mp4"
        case carphone = "carphone_pristine.mp4"
        case matroska = "film.mkv"
        case indexAtTheEnd = "index at the end.mov"
        case index = "index.avi"
        case transport = "stream.ts"
        case webm = "web.webm"
        /// Outputs of more than one part.
        case large = "large.mov"
        case largeMatroska = "large.mkv"

        var testDescription: String { rawValue }

        func make(_ path: String) throws {
            let inputs = FFmpeg.video(seconds: 2) + FFmpeg.tone(seconds: 2)
            switch self {
            case .bikes, .bigbuckbunny, .carphone:
                let clip = Clips.path(String(rawValue.dropLast(4)))
                // The long run encodes the whole clip.
                _ = try FFmpeg.make(path, ["-i", clip] + (Soak.isOn ? [] : ["-t", "1"]) + ["-c", "copy"])
            case .matroska:
                let words = "\(path).srt"
                try FileBytes.write("1\n00:00:00,200 --> 00:00:00,900\nHello\n".utf8, to: words)
                _ = try FFmpeg.make(
                    path,
                    inputs + ["-i", words] + FFmpeg.h264 + [
                        "-map", "0", "-map", "1", "-map", "2", "-c:a", "ac3", "-c:s", "srt",
                    ])
                _ = try Command(["rm", words]).run()
            case .webm:
                _ = try FFmpeg.make(path, FFmpeg.video() + ["-c:v", "libvpx", "-cpu-used", "8"])
            case .large:
                // Audio, which is copied, takes less work than video of as many bytes.
                let noise = "anoisesrc=r=192000:d=11:a=1:seed=1,aformat=sample_fmts=s32p:channel_layouts=7.1"
                _ = try FFmpeg.make(
                    path,
                    FFmpeg.video("64x64", seconds: 11) + ["-f", "lavfi", "-i", noise] + FFmpeg.h264 + ["-c:a", "alac"])
            case .largeMatroska:
                let noise = ["-f", "lavfi", "-i", "nullsrc=size=320x240:rate=25:duration=8,noise=alls=100:allf=t"]
                _ = try FFmpeg.make(path, noise + FFmpeg.h264 + ["-qp", "30"])
            default: _ = try FFmpeg.make(path, inputs + FFmpeg.h264 + ["-c:a", "aac"])
            }
        }

        var hasParts: Bool { self == .large || self == .largeMatroska }

        /// A low rate factor makes noise large.
        var settings: [String: String] { self == .largeMatroska ? ["REELPRESS_CRF": "4"] : [:] }
    }

    @Test("Outputs in S3 are those of a folder, byte for byte", arguments: Source.allCases)
    func bytes(source: Source) throws {
        let key = "input/preserve/\(source.rawValue)"
        try source.make(folder(key))
        let local = try Worker.bucket(folder, environment: source.settings)
        try #require(local.end == .exit(0), "\(local.error)")
        let output = try #require(try folder.files(below: "output").first)
        let bytes = try FileBytes.read(folder("output/\(output)"))
        if source.hasParts { #expect(bytes.count > 17 << 20, "not of three parts") }
        for server in CloudBucket.Server.allCases {
            let bucket = try CloudBucket(server)
            try bucket.put(key, from: folder(key))
            let outcome = try bucket.job(key, source.settings).run()
            try #require(outcome.end == .exit(0), "\(server): \(outcome.error)")
            #expect(outcome.output == "" && outcome.error == "")
            #expect(try bucket.keys("output/") == ["output/\(output)"])
            #expect(try bucket.get("output/\(output)") == bytes, "\(server)")
            #expect(try bucket.get(key) == FileBytes.read(folder(key)))
            #expect(try bucket.uploads() == [])
            let head = try #require(try bucket.head("output/\(output)"))
            #expect(head.contentType == (output.hasSuffix("mp4") ? "video/mp4" : "video/x-matroska"))
            let report = try bucket.report(String(key.dropFirst("input/".count)))
            #expect(report.status == "done" && report.output?.bytes == bytes.count)
        }
    }

    @Test(
        "A key is kept, whatever its characters",
        arguments: [
            "two  words", "a+b", "100%", "ünï", "u\u{308}", "🎬", "it's \"it\"", "(a)=b&c?d#e", "a..b", "%41",
            "a;b:c@d,e",
        ])
    func names(name: String) throws {
        let bucket = try CloudBucket(.rclone)
        let source = try FFmpeg.make(folder("a.mp4"), FFmpeg.video("64x64") + FFmpeg.h264 + ["-frames:v", "3"])
        let path = "\(name)-folder/\(name).mov"
        try bucket.put("input/preserve/\(path)", from: source)
        for status in ["done", "unchanged"] {
            let outcome = try bucket.job("input/preserve/\(path)").run()
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            #expect(try bucket.report("preserve/\(path)").status == status)
        }
        let keys = try bucket.keys().map { Array($0.utf8) }
        let wanted = [
            "input/preserve/\(path)", "output/preserve/\(path.dropLast(4)).mp4", "reports/preserve/\(path).html",
            "reports/preserve/\(path).json",
        ]
        #expect(keys == wanted.map { Array($0.utf8) })
    }

    @Test("A long key is kept") func longKey() throws {
        let bucket = try CloudBucket(.moto)
        let source = try FFmpeg.make(folder("a.mp4"), FFmpeg.video("64x64") + FFmpeg.h264 + ["-frames:v", "3"])
        let pieces = (0..<4).map { "\($0)-" + String(repeating: "x", count: 240) }
        let path = pieces.joined(separator: "/") + ".mp4"
        try bucket.put("input/preserve/\(path)", from: source)
        for status in ["done", "unchanged"] {
            #expect(try bucket.job("input/preserve/\(path)").run().end == .exit(0))
            #expect(try bucket.report("preserve/\(path)").status == status)
        }
        let metadata = try #require(try bucket.head("output/preserve/\(path)")?.metadata)
        #expect(metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } <= 2048)
    }

    @Test("encode takes an S3 URL as source and as output", arguments: ["file to S3", "S3 to file", "S3 to S3"])
    func urls(way: String) throws {
        let (bucket, source) = (try CloudBucket(.moto), try CloudSource.small.path)
        try bucket.put("some/in.mp4", from: source)
        let input = way.hasPrefix("S3") ? "s3://\(bucket.name)/some/in.mp4" : source
        let output = way.hasSuffix("S3") ? "s3://\(bucket.name)/other/out.mp4" : folder("out.mp4")
        let environment = bucket.environment(nil)
        let outcome = try Worker.run(["encode", input, output], environment: environment)
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        let bytes = way.hasSuffix("S3") ? try bucket.get("other/out.mp4") : try FileBytes.read(folder("out.mp4"))
        #expect(try bytes == CloudSource.small.output)
        let again = try Worker.run(["encode", input, output], environment: environment)
        #expect(again.end == .exit(2) && again.error.contains("\(output) exists already"))
        #expect(try Worker.run(["encode", input, output, "--overwrite"], environment: environment).end == .exit(0))
        let probe = try Worker.run(["probe", input], environment: environment)
        #expect(probe.end == .exit(0) && probe.output.contains("hevc"))
    }

    @Test("bucket encodes a whole bucket") func bucket() throws {
        let bucket = try CloudBucket(.rclone)
        let source = try FFmpeg.make(folder("a.mp4"), FFmpeg.video("64x64") + FFmpeg.h264 + ["-frames:v", "3"])
        for key in ["input/downscale/a.mp4", "input/b.mov", "input/notes.txt"] { try bucket.put(key, from: source) }
        let outcome = try Worker.run(["bucket", "s3://\(bucket.name)"], environment: bucket.environment(nil))
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try bucket.keys("output/") == ["output/downscale/a.mp4", "output/preserve/b.mp4"])
        #expect(outcome.output.contains("input/b.mov"))
        let summary = String(decoding: try bucket.get("reports/index.html"), as: UTF8.self)
        #expect(summary.contains("href=\"downscale/a.mp4.html\"") && summary.contains("href=\"preserve/b.mov.html\""))
        let again = try Worker.run(["summary", "s3://\(bucket.name)"], environment: bucket.environment(nil))
        #expect(again.output == "s3://\(bucket.name)/reports/index.html: 2 reports\n", "\(again.error)")
    }
}
