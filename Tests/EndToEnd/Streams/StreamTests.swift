import TestSupport
import Testing

@Suite("Streams / kinds of streams") struct StreamTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A variable frame rate is kept", arguments: ["mp4", "mkv"])
    func variableRate(container: String) throws {
        let source = try Catalogue.make("VFR in \(container)", folder("source.\(container)"))
        let times = try Probe.frameTimestamps(source).map { Judge.seconds($0) }
        let steps = Set(zip(times, times.dropFirst()).map { Int((($1 - $0) * 1000).rounded()) })
        try #require(steps.count > 1, "the source is no VFR")
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try Judge.frameTimestamps(source, output) == [])
    }

    @Test("A variable frame rate of MP4 is kept to the millisecond in Matroska") func variableRateToMatroska() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video(rate: 30, seconds: 2) + ["-vf", "select='lt(mod(n,7),2)'", "-fps_mode", "vfr"] + FFmpeg.h264
        )
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.0006) == [])
    }

    @Test("Audio that starts late keeps its offset", arguments: ["mp4", "mkv"])
    func lateAudio(container: String) throws {
        let source = try FFmpeg.make(
            folder("source.\(container)"),
            FFmpeg.video(seconds: 2) + ["-itsoffset", "0.5"] + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"]
        )
        try #require(try Judge.audioOffset(source) > 0.4)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.frameTimestamps(source, output) == [])
        #expect(try Judge.packets(source, output, "a:0") == [])
    }

    @Test("A transport stream keeps its audio's offset and packets") func transportStream() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.video(seconds: 2) + ["-itsoffset", "0.3"] + FFmpeg.tone() + FFmpeg.h264
                + ["-c:a", "aac", "-f", "mpegts"]
        )
        try #require(Judge.seconds(try Probe.frameTimestamps(source).first) > 1)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.0001, relative: true) == [])
        // MP4 carries AAC without the ADTS header that each packet has in a transport stream.
        func hashes(_ path: String, _ filter: [String]) throws -> [Substring] {
            let arguments = ["-v", "error", "-i", path, "-map", "0:a:0", "-c", "copy"] + filter
            let text = try FFmpeg.run(arguments + ["-f", "framehash", "-hash", "sha256", "-"]).output
            return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: ",")[5] }
        }
        let wanted = try hashes(source, ["-bsf:a", "aac_adtstoasc"])
        try #require(wanted.count > 20)
        #expect(try hashes(output, []) == wanted)
        #expect(try Judge.decoding(output) == [])
    }

    /// Matroska's first frames don't say when they are decoded.
    @Test("A second video keeps its timestamps") func secondVideo() throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.video("96x64") + FFmpeg.video() + ["-map", "0", "-map", "1", "-c:v", "libx264"]
                + ["-preset", "veryfast", "-bf", "3", "-disposition:v:0", "0", "-disposition:v:1", "default"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let probe = try Probe(output)
        let copied = try #require(probe.streams.firstIndex { $0.codecName == "h264" })
        let times = try [(source, 0), (output, copied)].map { path, index in
            try Probe.packets(path, "v:\(index)").map { Judge.seconds($0.ptsTime) }.sorted()
        }
        #expect(times[0].count == times[1].count)
        #expect(zip(times[0], times[1]).allSatisfy { abs($0 - $1) <= 0.001 }, "\(times[1])")
    }

    /// One frame per second besides the video, as some cameras store it.
    @Test("A track of thumbnails is copied") func thumbnails() throws {
        let source = try FFmpeg.make(
            folder("source.mov"),
            FFmpeg.video() + FFmpeg.video("64x64", rate: 1) + ["-map", "0", "-map", "1", "-c:v:0", "libx264"]
                + ["-c:v:1", "mjpeg"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "mjpeg"])
        #expect(try Judge.packets(source, output, "v:1") == [])
    }

    /// MP4 can store the titles of tracks as Matroska does, though FFmpeg 5.1 doesn't read them there.
    @Test("Titles of tracks are kept in MP4") func trackTitles() throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + [
                "-c:a", "aac", "-metadata:s:a:0", "title=Director",
            ])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let judged = try Command(["mediainfo", "--Inform=Audio;%Title%", output]).run()
        #expect(judged.output.hasPrefix("Director"))
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    /// MP4's box for stereoscopic video can't signal that the right view comes first.
    @Test("The stereoscopic layout is kept in Matroska and reported in MP4") func stereoLayout() throws {
        let film = try FFmpeg.make(folder("film.mkv"), FFmpeg.video("96x64") + FFmpeg.h264)
        let source = folder("bucket/input/clip.mkv")
        try FileBytes.write([], to: source)
        let muxed = try Command(["mkvmerge", "-q", "-o", source, "--stereo-mode", "0:11", film]).run()
        try #require(muxed.end == .exit(0))
        let bucket = ["bucket", "\(folder.path)/bucket", "--preset", "ultrafast"]
        try #require(try Worker.run(bucket).end == .exit(0))
        let output = "\(folder.path)/bucket/output/preserve/clip.mkv"
        let judged = try Command(["mediainfo", "--Inform=Video;%MultiView_Layout%", output]).run()
        #expect(judged.output.contains("right"), "\(judged.output)")
        let mp4 = folder("output.mp4")
        try Worker.encode(source, mp4, ["--container", "mp4"])
        #expect(
            try JobReport.read("\(mp4).json").notes
                == ["the stereoscopic layout was not kept: mp4 cannot signal it, mkv can"])
    }

    @Test("An AVI of MPEG-4 and MP3 is encoded") func avi() throws {
        let source = try Catalogue.make("MPEG-4 ASP in avi", folder("source.avi"))
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Judge.frameTimestamps(source, output) == [])
        #expect(try Judge.packets(source, output, "a:0") == [])
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "mp3"])
        #expect(try Judge.decoding(output) == [])
    }

    @Test("A 10-bit video becomes Main 10") func tenBit() throws {
        let source = try Catalogue.make("H.264 10-bit", folder("source.mp4"))
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.profile == "Main 10")
        #expect(video.pixFmt == "yuv420p10le")
        #expect(try Judge.frameTimestamps(source, output) == [])
    }

    @Test("Odd dimensions are padded") func oddSize() throws {
        let source = try Catalogue.make("H.264 of odd size", folder("source.mp4"))
        try #require(try Probe(source).video?.size == [321, 181])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.size == [322, 182])
        #expect(video.profile == "Main")
        #expect(video.pixFmt == "yuv420p")
        #expect(try FFmpeg.psnr(source, output, prepare: "format=yuv420p,crop=320:180:0:0") > 28)
    }

    @Test(
        "Colour metadata are kept",
        arguments: [
            ("full range", "yuv420p", ["pc", "bt709", "bt709", "bt709"]),
            ("BT.2020", "yuv420p10le", ["tv", "bt2020", "bt2020-10", "bt2020nc"]),
            ("NTSC", "yuv420p", ["tv", "smpte170m", "smpte170m", "smpte170m"]),
        ])
    func color(name: String, format: String, color: [String]) throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video() + FFmpeg.h264 + FFmpeg.colored(format, color, filter: "setsar=4/3")
        )
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let (before, after) = (try Probe(source), try Probe(output))
        let video = try #require(before.video)
        try #require([video.colorRange, video.colorPrimaries, video.colorTransfer, video.colorSpace] == color)
        #expect(Judge.look(before, after) == [])
        #expect(try FFmpeg.psnr(source, output) > 28)
    }
}
