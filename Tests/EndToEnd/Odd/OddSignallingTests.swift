import TestSupport
import Testing

/// How frames are shown, signalled where few sources signal it: by SEI messages, which x265 doesn't write.
@Suite("Odd / signalling in the bitstream") struct OddSignallingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A display orientation of the bitstream turns the output too", arguments: ["mp4", "mkv"])
    func orientation(container: String) throws {
        let plain = try FFmpeg.make(folder("plain.mp4"), FFmpeg.video("96x64", seconds: 0.4) + FFmpeg.h264)
        let turned = ["-c", "copy", "-bsf:v", "h264_metadata=display_orientation=insert:rotate=90"]
        let source = try FFmpeg.write(folder("source.mp4"), ["-i", plain] + turned)
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--crf", "12"])
        // FFmpeg 5.1 turns what containers signal, the output, and not what SEI messages do, the source.
        let shown = try FFmpeg.write(folder("shown.mkv"), ["-i", plain, "-vf", "transpose=cclock", "-c:v", "ffv1"])
        #expect(try FFmpeg.psnr(shown, output) > 30)
        let notes = try JobReport.read("\(output).json").notes
        #expect(notes.count == (container == "mkv" ? 1 : 0) && notes.allSatisfy { $0.contains("orientation") })
    }

    /// Since FFmpeg 7.1 a box `vexu` describes views that are layers of HEVC. An output has no layers.
    @Test("A frame packing of the bitstream is kept, or in a note", arguments: [(3, "mp4"), (0, "mkv"), (0, "mp4")])
    func framePacking(arrangement: Int, container: String) throws {
        let packing = ["-x264-params", "frame-packing=\(arrangement)"]
        let source = try FFmpeg.make(folder("source.mp4"), FFmpeg.video("96x64", seconds: 0.4) + FFmpeg.h264 + packing)
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--container", container])
        let shown = try Command(["ffprobe", "-v", "error", "-show_entries", "stream_side_data", output]).run().output
        let isLost = arrangement == 0 && container == "mp4"
        #expect(try JobReport.read("\(output).json").notes.contains { $0.contains("stereoscopic") } == isLost)
        #expect(isLost || shown.contains("type=\(arrangement == 3 ? "side by side" : "checkerboard")\n"), "\(shown)")
        #expect(try FileBytes.read(output).firstRange(of: Array("vexu".utf8)) == nil)
    }

    /// Phones' editors level a tilted horizon like this.
    @Test("A rotation by a few degrees is kept in MP4, and in a note of Matroska", arguments: ["mp4", "mkv"])
    func tilt(container: String) throws {
        let source = try FFmpeg.make(folder("source.mp4"), FFmpeg.video("96x64", seconds: 0.4) + FFmpeg.h264)
        // Cosine and sine of 3 degrees.
        try OddSource.setMatrix([65446, 3430, -3430, 65446], in: source)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        let note =
            "the source's rotation by no multiple of 90° was not kept: Matroska players ignore orientation metadata"
        #expect(try JobReport.read("\(output).json").notes == (container == "mkv" ? [note] : []))
    }

    @Test("An ICC profile is in a note") func profile() throws {
        let options = FFmpeg.video("96x64", seconds: 0.4) + FFmpeg.h264 + ["-write_tmcd", "0"]
        let source = try FFmpeg.make(folder("source.mov"), options)
        let profile = [UInt8]("prof".utf8) + [UInt8](repeating: 0, count: 400)
        try OddSource.append(
            box("colr", profile), to: ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"], in: source)
        let output = folder("output.mp4")
        try Worker.encode(source, output)
        #expect(
            try JobReport.read("\(output).json").notes
                == ["the source's ICC profile was not kept: video players ignore it"])
    }
}
