import TestSupport
import Testing

@Suite struct Streams {
    private let folder = try! TemporaryFolder()

    @Test(arguments: ["mp4", "mkv"])
    func variableRateStaysAsItIs(container: String) throws {
        let source = try FFmpeg.make(
            folder("source.\(container)"),
            FFmpeg.picture(rate: 30, seconds: 2) + ["-vf", "select='not(mod(n,3))+lt(mod(n,7),2)'", "-vsync", "vfr"]
                + ["-c:v", "libx264", "-preset", "veryfast", "-bf", "2"]
        )
        let times = try Probe.pictureTimes(source).map { Judge.seconds($0) }
        let steps = Set(zip(times, times.dropFirst()).map { Int((($1 - $0) * 1000).rounded()) })
        try #require(steps.count > 1, "the source is no VFR")
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try Judge.pictureTimes(source, output) == [])
    }

    @Test func variableRateOfMP4FitsMatroskaToTheMillisecond() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.picture(rate: 30, seconds: 2) + ["-vf", "select='lt(mod(n,7),2)'", "-vsync", "vfr"] + FFmpeg.h264
        )
        let output = folder("output.mkv")
        try Worker.encode(source, output)
        #expect(try Judge.pictureTimes(source, output, tolerance: 0.0006) == [])
    }

    @Test(arguments: ["mp4", "mkv"])
    func lateAudioStaysLate(container: String) throws {
        let source = try FFmpeg.make(
            folder("source.\(container)"),
            FFmpeg.picture(seconds: 2) + ["-itsoffset", "0.5"] + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"]
        )
        try #require(try Judge.audioOffset(source) > 0.4)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.pictureTimes(source, output) == [])
        #expect(try Judge.packets(source, output, "a:0") == [])
    }

    @Test func transportStreamKeepsItsOffsetAndAudio() throws {
        let source = try FFmpeg.make(
            folder("source.ts"),
            FFmpeg.picture(seconds: 2) + ["-itsoffset", "0.3"] + FFmpeg.tone() + FFmpeg.h264
                + ["-c:a", "aac", "-f", "mpegts"]
        )
        try #require(Judge.seconds(try Probe.pictureTimes(source).first) > 1)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try abs(Judge.audioOffset(source) - Judge.audioOffset(output)) <= 0.001)
        #expect(try Judge.pictureTimes(source, output, tolerance: 0.0001, relative: true) == [])
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

    /// Matroska's first pictures don't say when they are decoded.
    @Test func aSecondVideoKeepsItsTimes() throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.picture("96x64") + FFmpeg.picture() + ["-map", "0", "-map", "1", "-c:v", "libx264"]
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

    /// A picture a second beside the video, as cameras keep for looking through.
    @Test func aTrackOfThumbnailsIsCopied() throws {
        let source = try FFmpeg.make(
            folder("source.mov"),
            FFmpeg.picture() + FFmpeg.picture("64x64", rate: 1) + ["-map", "0", "-map", "1", "-c:v:0", "libx264"]
                + ["-c:v:1", "mjpeg"])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "mjpeg"])
        #expect(try Judge.packets(source, output, "v:1") == [])
    }

    /// What Matroska's tracks are called, mp4 has as well, though FFmpeg 5.1 doesn't read it there.
    @Test func titlesOfTracksAreKeptInMP4() throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.picture("96x64") + FFmpeg.tone() + FFmpeg.h264 + [
                "-c:a", "aac", "-metadata:s:a:0", "title=Director",
            ])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let judged = try Command(["mediainfo", "--Inform=Audio;%Title%", output]).run()
        #expect(judged.output.hasPrefix("Director"))
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    /// MP4's box for stereoscopic pictures has no word for the right view first.
    @Test func theOrderOfTwoViewsIsKept() throws {
        let film = try FFmpeg.make(folder("film.mkv"), FFmpeg.picture("96x64") + FFmpeg.h264)
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
            try JobReport.read("\(mp4).json").notes == ["the stereoscopic layout was not kept: mp4 cannot signal it, mkv can"])
    }

    @Test func aviWithMPEG4AndMP3() throws {
        let source = try FFmpeg.make(
            folder("source.avi"),
            FFmpeg.picture() + FFmpeg.tone() + ["-c:v", "mpeg4", "-q:v", "3", "-c:a", "libmp3lame"]
        )
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Judge.pictureTimes(source, output) == [])
        #expect(try Judge.packets(source, output, "a:0") == [])
        #expect(try Probe(output).streams.map(\.codecName) == ["hevc", "mp3"])
        #expect(try Judge.decoding(output) == [])
    }

    @Test func deeperThanEightBitsBecomesMain10() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.picture() + FFmpeg.h264 + ["-pix_fmt", "yuv420p10le"]
        )
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.profile == "Main 10")
        #expect(video.pixFmt == "yuv420p10le")
        #expect(try Judge.pictureTimes(source, output) == [])
    }

    @Test func oddSizeIsPadded() throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.picture() + ["-vf", "format=yuv444p,scale=321:241"] + FFmpeg.h264 + ["-pix_fmt", "yuv444p"])
        try #require(try Probe(source).video?.size == [321, 241])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.size == [322, 242])
        #expect(video.profile == "Main")
        #expect(video.pixFmt == "yuv420p")
        #expect(try FFmpeg.psnr(source, output, prepare: "format=yuv420p,crop=320:240:0:0") > 28)
    }

    @Test(arguments: [
        ("full range", "yuv420p", ["pc", "bt709", "bt709", "bt709"]),
        ("BT.2020", "yuv420p10le", ["tv", "bt2020", "bt2020-10", "bt2020nc"]),
        ("NTSC", "yuv420p", ["tv", "smpte170m", "smpte170m", "smpte170m"]),
    ])
    func colourIsCarried(name: String, format: String, color: [String]) throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.picture() + FFmpeg.h264 + [
                "-pix_fmt", format, "-color_range", color[0], "-color_primaries", color[1], "-color_trc", color[2],
                "-colorspace", color[3], "-vf", "setsar=4/3",
            ]
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
