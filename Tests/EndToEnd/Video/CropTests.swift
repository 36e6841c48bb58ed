import TestSupport
import Testing

/// The output is cropped as the source's container specifies.
@Suite("Video / crop") struct CropTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let video = ["-f", "lavfi", "-i", "testsrc2=size=720x576:rate=25:duration=0.4"]

    /// Adds boxes to the sample description of a movie with moov at its end.
    ///
    /// - Parameter isSecond: whether an equal description without them, which no sample uses, is before it.
    private func movie(
        _ boxes: [UInt8], shape: String?, shown: [Int]? = nil, isSecond: Bool = false
    ) throws -> String {
        let plain = try FFmpeg.make(
            folder("plain.mov"), Self.video + ["-vf", "setsar=\(shape ?? "0")"] + FFmpeg.h264)
        var bytes = try FileBytes.read(plain)
        var path = [Int]()
        var range = 0..<bytes.count
        for kind in ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"] {
            let place = try #require(bytes[range].firstRange(of: Array(kind.utf8)))
            let start = place.lowerBound - 4
            let size = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            path.append(start)
            range = place.upperBound..<start + size
        }
        if let shown {
            let header = try #require(bytes.firstRange(of: Array("tkhd".utf8)))
            for (index, value) in shown.enumerated() {
                let place = header.upperBound + 76 + index * 4
                bytes.replaceSubrange(place..<place + 4, with: Self.big(value << 16))
            }
        }
        let unused = isSecond ? Array(bytes[path[6]..<range.upperBound]) : []
        for start in path {
            let size = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            let growth = boxes.count + (start == path[6] ? 0 : unused.count)
            bytes.replaceSubrange(start..<start + 4, with: Self.big(size + growth))
        }
        if isSecond {
            let runs = try #require(bytes[path[6]...].firstRange(of: Array("stsc".utf8))).upperBound
            for run in 0..<Int(bytes[runs + 7]) { bytes[runs + 8 + 12 * run + 11] = 2 }
            bytes[path[5] + 15] = 2
        }
        bytes.insert(contentsOf: boxes, at: range.upperBound)
        bytes.insert(contentsOf: unused, at: path[6])
        let source = folder("source.mov")
        try FileBytes.write(bytes, to: source)
        return source
    }

    private static func big(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func aperture(_ width: Int, _ height: Int, _ x: Int, _ y: Int) -> [UInt8] {
        big(40) + Array("clap".utf8) + [width, 1, height, 1, x, 1, y, 1].flatMap { big($0) }
    }

    @Test("QuickTime's clean aperture is applied", arguments: ["mp4", "mkv"])
    func cleanAperture(container: String) throws {
        let source = try movie(Self.aperture(704, 572, -2, 1), shape: "16/15")
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--crf", "12"])
        let video = try #require(try Probe(output).video)
        #expect(video.size == [704, 572])
        #expect(video.sampleAspectRatio == "16:15")
        let wanted = try FFmpeg.make(
            folder("wanted.mkv"), ["-i", source, "-vf", "crop=704:572:6:2", "-c:v", "ffv1"])
        #expect(try FFmpeg.psnr(wanted, output) > 30)
        #expect(
            try JobReport.read("\(output).json").notes
                == ["cropped from 720×576 to 704×572, as the source's container specifies"])
        // A current FFmpeg shows both alike.
        let sizes = try [source, output].map { path in
            let log = try Command([try #require(CurrentFFmpeg.path), "-nostdin", "-i", path, "-f", "null", "-"]).run()
                .error
            return log.split(separator: "\n").last { $0.contains("wrapped_avframe, ") }
                .flatMap { $0.split(separator: ", ").first { $0.contains("[SAR") } }
        }
        #expect(sizes[0] == "704x572 [SAR 16:15 DAR 256:195]" && sizes[0] == sizes[1], "\(sizes)")
    }

    @Test("The clean aperture is that of the description that the samples use") func secondDescription() throws {
        let source = try movie(Self.aperture(704, 572, -2, 1), shape: "16/15", isSecond: true)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(try Probe(output).video?.size == [704, 572])
        #expect(try Probe.frameTimestamps(output).count == 10)
    }

    /// A track without a sample aspect ratio is stretched to its display size.
    @Test("A track's display size is that of the clean aperture") func trackSize() throws {
        let source = try movie(Self.aperture(704, 576, 0, 0), shape: nil, shown: [768, 576])
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.size == [704, 576] && video.sampleAspectRatio == "12:11")
    }

    @Test(
        "A clean aperture that is not inside the frame is ignored",
        arguments: [[720, 576, 0, 0], [704, 576, 9, 0], [704, 580, 0, 0], [0, 0, 0, 0]])
    func impossibleAperture(numbers: [Int]) throws {
        let source = try movie(Self.aperture(numbers[0], numbers[1], numbers[2], numbers[3]), shape: "16/15")
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        let video = try #require(try Probe(output).video)
        #expect(video.size == [720, 576] && video.sampleAspectRatio == "16:15")
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    /// The track's display size is that of the cropped frame.
    @Test("Matroska's PixelCrop is applied", arguments: [("704x432", "1:1"), ("768x432", "12:11")])
    func matroska(display: String, shape: String) throws {
        let plain = try FFmpeg.make(folder("plain.mkv"), Self.video + ["-vf", "setsar=1"] + FFmpeg.h264)
        let source = folder("source.mkv")
        let muxed = try Command([
            "mkvmerge", "-q", "-o", source, "--cropping", "0:8,72,8,72", "--display-dimensions", "0:\(display)", plain,
        ]).run()
        try #require(muxed.end == .exit(0))
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "12"])
        let video = try #require(try Probe(output).video)
        #expect(video.size == [704, 432] && video.sampleAspectRatio == shape, "\(video.sampleAspectRatio ?? "none")")
        let wanted = try FFmpeg.make(
            folder("wanted.mkv"), ["-i", plain, "-vf", "crop=704:432:8:72", "-c:v", "ffv1"])
        #expect(try FFmpeg.psnr(wanted, output) > 30)
    }
}
