import TestSupport
import Testing

/// Interlaced video.
@Suite("Video / interlacing") struct InterlacingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Source: String, CaseIterable, CustomTestStringConvertible {
        case mpeg2, h264BottomFirst, proRes, raw, dv, oneFrame

        var testDescription: String { rawValue }
        var order: String { self == .h264BottomFirst || self == .dv ? "bb" : "tt" }
        var size: String { self == .dv ? "720x576" : "352x288" }

        var scan: String { order == "bb" ? "bff" : "tff" }
        var encoding: [String] {
            switch self {
            case .mpeg2, .oneFrame: ["-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-q:v", "2"]
            case .h264BottomFirst: ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "bff=1:crf=14"]
            case .proRes: ["-c:v", "prores_ks", "-profile:v", "0", "-flags", "+ilme+ildct"]
            case .raw: ["-c:v", "v210", "-pix_fmt", "yuv422p10le", "-field_order", "tt"]
            case .dv: ["-c:v", "dvvideo", "-flags", "+ilme", "-pix_fmt", "yuv420p"]
            }
        }
        var name: String {
            switch self {
            case .mpeg2: "source.ts"
            case .oneFrame: "source.mpg"
            case .h264BottomFirst: "source.mp4"
            case .proRes, .raw: "source.mov"
            case .dv: "source.dv"
            }
        }
    }

    /// A source whose fields move, and a progressive video of the times of its first fields.
    private func make(_ source: Source) throws -> (path: String, whole: String) {
        let moving = FFmpeg.video(source.size, rate: 50, seconds: source == .oneFrame ? 0.04 : 0.4)
        let path = try FFmpeg.make(
            folder(source.name), moving + ["-vf", "interlace=scan=\(source.scan):lowpass=off"] + source.encoding)
        let whole = try FFmpeg.make(
            folder("whole.mkv"), moving + ["-vf", "select='not(mod(n,2))'", "-r", "25", "-c:v", "ffv1"])
        return (path, whole)
    }

    private func comb(_ path: String) throws -> Bool {
        let log = try FFmpeg.run(["-i", path, "-vf", "extractplanes=y,idet", "-f", "null", "-"]).error
        // FFmpeg 9 has a filter graph before the first frame, too, whose line has only zeros.
        let line = try #require(log.split(separator: "\n").last { $0.contains("Multi frame detection") })
        let numbers = line.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }.suffix(4)
        let (fields, progressive) = (Array(numbers)[0] + Array(numbers)[1], Array(numbers)[2])
        return fields > progressive
    }

    @Test("Interlaced frames are deinterlaced, or kept if asked", arguments: Source.allCases, ["mp4", "mkv"])
    func deinterlaced(source: Source, container: String) throws {
        let (input, whole) = try make(source)
        let (output, kept) = (folder("output.\(container)"), folder("kept.\(container)"))
        try Worker.encode(input, output, ["--crf", "12"])
        try Worker.encode(input, kept, ["--crf", "12", "--interlaced", "keep"])
        for path in [output, kept] {
            #expect(try Judge.frameTimestamps(input, path, tolerance: 0.001, relative: true) == [])
            #expect(try Judge.decoding(path) == [])
        }
        let count = try Probe.frameTimestamps(input).count
        let deinterlaced = "\(count) interlaced \(count == 1 ? "frame was" : "frames were") deinterlaced"
        #expect(try JobReport.read("\(output).json").notes.first == deinterlaced)
        guard source != .oneFrame else { return }
        #expect(try comb(kept) && !comb(output))
        let (now, before) = (try FFmpeg.psnr(output, whole), try FFmpeg.psnr(kept, whole))
        #expect(now > before + 0.5, "\(now) dB, \(before) dB before")
        let field = try Probe(kept).video?.fieldOrder
        #expect(field == source.order)
        let scan = try Command(["mediainfo", "--Inform=Video;%ScanType% %ScanOrder%", kept]).run().output
        #expect(scan.hasPrefix("Interlaced \(source.scan.uppercased())"))
    }

    /// HEVC can code fields as pictures of half the height at twice the rate.
    @Test(
        "Fields that are coded apart become one frame",
        arguments: [("tff", "mkv"), ("bff", "ts"), ("bff", "mp4"), ("tff", "hevc")])
    func fieldCoded(order: String, kind: String) throws {
        let moving = FFmpeg.video("352x288", rate: 50, seconds: 0.4)
        let input = try FFmpeg.make(
            folder("source.\(kind)"),
            moving + [
                "-vf", "interlace=scan=\(order):lowpass=off,separatefields,setsar=\(kind == "ts" ? "8/15" : "16/15")",
            ]
                + ["-c:v", "libx265", "-preset", "ultrafast", "-bf", "2"]
                + ["-x265-params", "log-level=none:crf=14:interlace=\(order)"])
        try #require(try Probe(input).video?.height == 144 && Probe.frameTimestamps(input).count == 20)
        let whole = try FFmpeg.make(
            folder("whole.mkv"), moving + ["-vf", "select='not(mod(n,2))'", "-r", "25", "-c:v", "ffv1"])
        let (output, kept) = (folder("output.mp4"), folder("kept.mkv"))
        try Worker.encode(input, output, ["--crf", "12", "--errors", "strict"])
        try Worker.encode(input, kept, ["--crf", "12", "--interlaced", "keep"])
        for path in [output, kept] {
            let video = try #require(try Probe(path).video)
            #expect(video.size == [352, 288] && video.sampleAspectRatio == "16:15")
            let times = try Probe.frameTimestamps(path).map { Judge.seconds($0) }
            #expect(times.count == 10)
            #expect(zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 0.04) < 0.0011 }, "\(times)")
            #expect(try Judge.decoding(path) == [])
        }
        #expect(try JobReport.read("\(output).json").notes.contains("10 interlaced frames were deinterlaced"))
        #expect(try comb(kept) && !comb(output))
        let (now, before) = (try FFmpeg.psnr(output, whole), try FFmpeg.psnr(kept, whole))
        #expect(now > before + 0.5 && before > 15, "\(now) dB, \(before) dB before")
        #expect(try Probe(kept).video?.fieldOrder == (order == "tff" ? "tt" : "bb"))
    }

    /// HEVC frames of two fields each, as `keep` encodes them, signalled by the container only.
    @Test("Frames that were kept interlaced can be deinterlaced later", arguments: ["mkv", "mp4"])
    func keptThenDeinterlaced(container: String) throws {
        let (input, _) = try make(.h264BottomFirst)
        let (kept, output) = (folder("kept.\(container)"), folder("output.mp4"))
        try Worker.encode(input, kept, ["--interlaced", "keep", "--crf", "12"])
        try Worker.encode(kept, output, ["--crf", "12"])
        #expect(try JobReport.read("\(output).json").notes == ["10 interlaced frames were deinterlaced"])
        #expect(try comb(kept) && !comb(output))
    }

    /// A lost field leaves half a frame, and other pairs stay together.
    @Test("A field without its pair counts as damage") func unpairedField() throws {
        let moving = FFmpeg.video("352x288", rate: 50, seconds: 0.8)
        let whole = try FFmpeg.make(
            folder("whole.hevc"),
            moving + ["-vf", "interlace=lowpass=off,separatefields", "-c:v", "libx265", "-preset", "ultrafast"]
                + ["-x265-params", "log-level=none:interlace=tff:keyint=1"])
        var units = AnnexB.split(try FileBytes.read(whole))
        let frames = units.indices.filter { (units[$0].first ?? 255) >> 1 < 32 }
        try #require(frames.count == 40)
        units.remove(at: frames[21])
        let input = folder("source.hevc")
        try FileBytes.write(AnnexB.join(units), to: input)
        let strict = try Worker.run(["encode", input, folder("strict.mp4"), "--errors", "strict"])
        #expect(strict.end == .exit(10) && strict.error.contains("1 of the source's 20 frames"), "\(strict.error)")
    }

    /// Film within television: each frame is signalled as interlaced or not.
    @Test("Progressive frames among interlaced ones stay untouched") func mixed() throws {
        let encoding = ["-c:v", "mpeg2video", "-q:v", "2", "-bf", "0"]
        let moving = FFmpeg.video("720x576", rate: 50, seconds: 0.4)
        let fields = try FFmpeg.make(
            folder("fields.ts"), moving + ["-vf", "interlace"] + encoding + ["-flags", "+ilme+ildct"])
        let still = try FFmpeg.make(folder("whole.ts"), FFmpeg.video("720x576", seconds: 0.4) + encoding)
        let list = folder("list.txt")
        try FileBytes.write("file '\(still)'\nfile '\(fields)'\nfile '\(still)'\n".utf8, to: list)
        let source = try FFmpeg.make(
            folder("source.mkv"), ["-f", "concat", "-safe", "0", "-i", list, "-c", "copy"])
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try JobReport.read("\(output).json").notes == ["10 interlaced frames were deinterlaced"])
        #expect(try Judge.frameTimestamps(source, output) == [])
        #expect(try FFmpeg.psnr(source, output, prepare: "trim=end_frame=9,setpts=N") > 28)
    }

    @Test("Frames that are kept interlaced are signalled as such") func keptSignalled() throws {
        let source = try Catalogue.make("H.264 interlaced", folder("source.mkv"))
        let output = folder("output.mkv")
        try Worker.encode(source, output, ["--interlaced", "keep"])
        let log = try FFmpeg.run([
            "-v", "verbose", "-i", output, "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-",
        ]).error
        func values(_ name: String) -> [Substring] {
            log.split(separator: "\n").filter { $0.contains(" \(name) ") }.compactMap { $0.split(separator: " ").last }
        }
        #expect(values("general_interlaced_source_flag") == ["1", "1"])
        #expect(values("frame_field_info_present_flag") == ["1"] && values("field_seq_flag") == ["0"])
        #expect(values("pic_struct") == Array(repeating: "3", count: 25))
        #expect(values("source_scan_type") == Array(repeating: "0", count: 25))
    }

    /// Colour at half the height is made of the lines of one field each.
    @Test("Chroma of fields that are kept is not mixed") func keptChroma() throws {
        // The fields show two colours of the same brightness: mixed, they would be grey.
        let colours = "color=0x8080ff:size=320x240:rate=25:duration=0.2[a];color=0x80a040:size=320x240:rate=25"
        let source = try FFmpeg.make(
            folder("source.mov"),
            [
                "-f", "lavfi", "-i",
                "\(colours):duration=0.2[b];[a][b]interleave,settb=1/50,setpts=N,interlace=lowpass=off",
            ]
                + ["-c:v", "v210", "-pix_fmt", "yuv422p10le", "-field_order", "tt"])
        let output = folder("output.mkv")
        try Worker.encode(source, output, ["--interlaced", "keep", "--crf", "4"])
        #expect(try FFmpeg.psnr(source, output, prepare: "il=l=d:c=d,format=yuv420p10le") > 38)
    }

    @Test("An unknown value of --interlaced is refused") func unknownValue() throws {
        let outcome = try Worker.run(["encode", "a.mp4", "b.mp4", "--interlaced", "weave"])
        #expect(outcome.end == .exit(2))
        #expect(outcome.error.contains("--interlaced is weave: it takes deinterlace, keep"))
    }
}
