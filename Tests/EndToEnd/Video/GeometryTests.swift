import TestSupport
import Testing

/// Orientation, aspect ratio and chroma of frames.
@Suite("Video / orientation and chroma") struct GeometryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A display matrix of ones: how stored columns and rows become shown ones.
    struct Matrix: CustomTestStringConvertible {
        var name: String
        var cells: [Int]

        var testDescription: String { name }
    }

    static let matrices = [
        Matrix(name: "clockwise", cells: [0, 1, -1, 0]), Matrix(name: "upside down", cells: [-1, 0, 0, -1]),
        Matrix(name: "counterclockwise", cells: [0, -1, 1, 0]), Matrix(name: "mirrored", cells: [-1, 0, 0, 1]),
        Matrix(name: "flipped", cells: [1, 0, 0, -1]), Matrix(name: "mirrored clockwise", cells: [0, -1, -1, 0]),
        Matrix(name: "mirrored counterclockwise", cells: [0, 1, 1, 0]),
    ]

    private func turned(_ matrix: Matrix, size: String, shape: String = "1") throws -> String {
        let path = try FFmpeg.make(
            folder("source.mp4"), FFmpeg.video(size, seconds: 0.2) + ["-vf", "setsar=\(shape)"] + FFmpeg.h264)
        try OddSource.setMatrix(matrix.cells.map { Int32($0 * 0x10000) }, in: path)
        return path
    }

    /// ffmpeg shows both as a player does, by their matrices.
    @Test("Frames are displayed as the source's are, whatever its display matrix", arguments: matrices, ["mp4", "mkv"])
    func orientation(matrix: Matrix, container: String) throws {
        let source = try turned(matrix, size: "320x180", shape: "4/3")
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--crf", "12"])
        #expect(try FFmpeg.psnr(source, output) > 30)
        #expect(try Judge.frameTimestamps(source, output) == [])
        let (before, after) = (try shownShape(source), try shownShape(output))
        #expect(abs(before / after - 1) < 0.01, "\(after), not \(before)")
        if container == "mkv" {
            #expect(try Probe(output).video?.rotation == nil)
            #expect(
                try JobReport.read("\(output).json").notes
                    == [
                        "the source's orientation was applied to the frames: Matroska players ignore orientation metadata"
                    ])
        }
    }

    @Test("A rotated video is scaled down by its displayed size") func rotatedDownscale() throws {
        let source = try turned(Self.matrices[0], size: "2880x200")
        let output = folder("output.mkv")
        try Worker.encode(source, output, ["--policy", "downscale"])
        // Portrait once turned, so the long side is the height.
        #expect(try Probe(output).video?.size == [178, 2560])
    }

    /// Display aspect ratio of a frame after rotation.
    private func shownShape(_ path: String) throws -> Double {
        let log = try FFmpeg.run(["-i", path, "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-"]).error
        let line = try #require(log.split(separator: "\n").first { $0.contains(" sar:") })
        func numbers(_ name: String, _ separator: Character) throws -> [Double] {
            let field = try #require(line.split(separator: " \(name):").last?.split(separator: " ").first)
            return field.split(separator: separator).compactMap { Double($0) }
        }
        let (sample, size) = (try numbers("sar", "/"), try numbers("s", "x"))
        return (sample[0] == 0 ? 1 : sample[0] / sample[1]) * size[0] / size[1]
    }

    /// Colour samples that sit elsewhere than players think blur and shift every edge.
    @Test(
        "Chroma is resampled to the position that players assume",
        arguments: ["yuv422p", "yuv444p", "yuv422p10le", "yuv444p12le", "gbrp"])
    func chromaLocation(layout: String) throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=0.12", "-vf"]
                + [
                    "format=gbrp,\(layout == "gbrp" ? "null" : "zscale=matrixin=gbr:matrix=709:rangein=full:range=limited"),format=\(layout)",
                    "-c:v", "ffv1", "-colorspace",
                ]
                + [layout == "gbrp" ? "rgb" : "bt709", "-pix_fmt", layout])
        let output = folder("output.mkv")
        try Worker.encode(source, output, ["--crf", "1", "--x265-params", "cbqpoffs=-6:crqpoffs=-6"])
        let deep = layout.contains("10") || layout.contains("12")
        let wanted = try FFmpeg.make(
            folder("wanted.mkv"),
            ["-i", source, "-vf"]
                + [
                    "zscale=chromal=left:filter=lanczos:matrixin=\(layout == "gbrp" ? "gbr:rangein=full" : "709:rangein=limited"):matrix=709:range=limited,format=yuv420p\(deep ? "10le" : "")"
                ]
                + ["-c:v", "ffv1"])
        for plane in ["y", "u", "v"] {
            let quality = try FFmpeg.psnr(output, wanted, prepare: "extractplanes=\(plane)")
            #expect(quality > 40, "\(plane) of \(layout): \(quality) dB")
        }
    }

    @Test("A grey video keeps its brightness", arguments: ["tv", "pc"])
    func gray(range: String) throws {
        let source = try FFmpeg.make(
            folder("source.mkv"),
            FFmpeg.video(seconds: 0.2) + ["-vf", "scale=out_range=\(range),format=gray", "-c:v", "ffv1"]
                + ["-color_range", range])
        try #require(try Probe(source).video?.pixFmt == "gray")
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "4"])
        #expect(Judge.look(try Probe(source), try Probe(output)) == [])
        #expect(try FFmpeg.psnr(source, output, prepare: "extractplanes=y") > 38)
    }

    @Test("Coded rows that are not displayed are not encoded") func codedHeight() throws {
        let source = try FFmpeg.make(folder("source.ts"), FFmpeg.video("1920x1080", seconds: 0.12) + FFmpeg.h264)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Probe(output).video?.size == [1920, 1080])
        #expect(try FFmpeg.psnr(source, output) > 28)
    }

    @Test(
        "A video with transparency is refused",
        arguments: [
            ("webm", ["-c:v", "libvpx", "-auto-alt-ref", "0", "-pix_fmt", "yuva420p"]),
            ("mov", ["-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"]),
            ("mov", ["-c:v", "qtrle", "-pix_fmt", "argb"]),
        ])
    func alpha(container: String, encoding: [String]) throws {
        let source = try FFmpeg.make(
            folder("source.\(container)"),
            FFmpeg.video(seconds: 0.2) + ["-vf", "format=rgba,colorchannelmixer=aa=0.5"] + encoding)
        let outcome = try Worker.run(["encode", source, folder("output.mp4"), "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10))
        #expect(outcome.error.contains("transparency"), "\(outcome.error)")
    }

    /// 256 colours have a transparent one only by name.
    @Test("A video with a palette is encoded") func palette() throws {
        let source = try FFmpeg.make(
            folder("source.avi"),
            FFmpeg.video(seconds: 0.2) + ["-c:v", "rawvideo", "-pix_fmt", "pal8", "-vf"]
                + ["split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse"])
        try #require(try Probe(source).video?.pixFmt == "pal8")
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "12"])
        #expect(try FFmpeg.psnr(source, output, prepare: "format=yuv420p") > 25)
    }

    // MARK: Formats that change on the way

    @Test("Frames of another display aspect ratio are letterboxed") func letterbox() throws {
        let source = try Catalogue.make("resolution that changes", folder("source.mkv"))
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "12"])
        #expect(try Probe(output).video?.size == [320, 180])
        #expect(try Probe.frameTimestamps(output).count == 20)
        #expect(
            try JobReport.read("\(output).json").notes == [
                "10 frames of other resolutions were scaled to fit the first frame's"
            ])
        // 4:3 within 16:9: 240 columns in the middle, black at both sides.
        let second = "trim=start_frame=10,setpts=N/25/TB"
        let log = try FFmpeg.run([
            "-i", output, "-vf", "\(second),cropdetect=limit=40:round=2", "-f", "null", "-",
        ]).error
        #expect(log.contains("crop=240:180:40:0"), "\(log.suffix(300))")
        let wanted = try FFmpeg.make(
            folder("wanted.mkv"), FFmpeg.video("640x480", seconds: 0.4) + ["-vf", "scale=240:180", "-c:v", "ffv1"])
        let mine = try FFmpeg.make(
            folder("mine.mkv"), ["-i", output, "-vf", "\(second),crop=240:180:40:0", "-c:v", "ffv1"])
        #expect(try FFmpeg.psnr(mine, wanted) > 30)
    }

    @Test("Frames of another sample aspect ratio are letterboxed") func sampleAspectRatioChange() throws {
        let source = try Catalogue.make("sample aspect ratio that changes", folder("source.ts"))
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "12"])
        let log = try FFmpeg.run([
            "-i", output, "-vf", "trim=start_frame=10,cropdetect=limit=40:round=2", "-f", "null", "-",
        ]).error
        #expect(log.contains("crop=320:180:0:30"), "\(log.suffix(300))")
    }

    @Test("Frames of another pixel format are converted to the first one's") func pixelFormatChange() throws {
        let source = try Catalogue.make("pixel format that changes", folder("source.mkv"))
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "12"])
        #expect(try Probe.frameTimestamps(output).count == 20)
        #expect(try Judge.decoding(output) == [])
        let wanted = try FFmpeg.make(
            folder("wanted.mkv"), FFmpeg.video("320x180", seconds: 0.4) + ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        let mine = try FFmpeg.make(
            folder("mine.mkv"),
            ["-i", output, "-vf", "trim=start_frame=10,setpts=N/25/TB", "-c:v", "ffv1"])
        #expect(try FFmpeg.psnr(mine, wanted) > 28)
    }
}
