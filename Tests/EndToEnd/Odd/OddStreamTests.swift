import TestSupport
import Testing

/// Streams besides the video and its audio that few files have.
@Suite("Odd / streams") struct OddStreamTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func clip(_ name: String, _ options: [String] = []) throws -> String {
        try FFmpeg.make(folder(name), FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"] + options)
    }

    private func notes(of source: String, in container: String = "mp4") throws -> [String] {
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        return try JobReport.read("\(output).json").notes
    }

    @Test("A stream without packets is in Matroska, and in a note of MP4", arguments: ["mp4", "mkv"])
    func noPackets(container: String) throws {
        let twice = ["-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", "-bsf:a:1", "noise=drop=1"]
        let source = try FFmpeg.write(folder("source.mkv"), ["-i", try clip("clip.mkv")] + twice)
        let isMP4 = container == "mp4"
        let note = "stream 2 (aac audio) was dropped: it is empty"
        #expect(try notes(of: source, in: container) == (isMP4 ? [note] : []))
        #expect(try Probe(folder("output.\(container)")).streams.count == (isMP4 ? 2 : 3))
    }

    @Test("A track of hints for streaming servers is named") func hints() throws {
        let source = try clip("source.mp4", ["-movflags", "rtphint"])
        let dropped = [2, 3].map { "stream \($0) (rtp data) was dropped: mp4 does not support rtp" }
        #expect(try notes(of: source) == dropped)
    }

    @Test("Pictures of chapters are copied, and that they are ones is in a note") func chapterPictures() throws {
        let source = try FFmpeg.make(
            folder("source.mov"),
            FFmpeg.video("96x64", seconds: 2) + FFmpeg.video("64x64", rate: 1, seconds: 2) + ["-map", "0", "-map", "1"]
                + FFmpeg.h264 + ["-c:v:1", "mjpeg"])
        let reference: [UInt8] =
            [0, 0, 0, 20] + Array("tref".utf8) + [0, 0, 0, 12] + Array("chap".utf8) + [0, 0, 0, 2]
        try OddSource.append(reference, to: ["moov", "trak"], in: source)
        #expect(try notes(of: source) == ["the disposition timed-thumbnails of stream 1 was not kept"])
        #expect(try Probe(folder("output.mp4")).streams.map(\.codecName) == ["hevc", "mjpeg"])
    }

    /// Subtitles in both scripts of Chinese have the same three letters.
    @Test("What a language says beyond its three letters is in a note", arguments: ["mp4", "mkv"])
    func extendedLanguage(container: String) throws {
        let (clip, source) = (try clip("clip.\(container)"), folder("source.\(container)"))
        if container == "mkv" {
            let muxed = try Command(["mkvmerge", "-q", "-o", source, "--language", "1:zh-Hant-TW", clip]).run()
            try #require(muxed.end == .exit(0), "\(muxed.output)")
        } else {
            try FileBytes.write(try FileBytes.read(clip), to: source)
            let language: [UInt8] = [0, 0, 0, 21] + Array("elng".utf8) + [0, 0, 0, 0] + Array("sr-Latn\0\0".utf8)
            try OddSource.append(language, to: ["moov", "trak", "mdia"], in: source)
        }
        let note =
            container == "mkv"
            ? "the language zh-Hant-TW of stream 1 is stored as chi" : "the language sr-Latn of stream 0 was not kept"
        #expect(try notes(of: source, in: container) == [note])
    }

    /// libavformat asks its muxers for an image's size. Of these it is unknown.
    @Test("A cover in BMP, or one that is no image, is copied", arguments: [(27, 16), (13, 64), (13, 0)])
    func oddCover(type: UInt8, bytes: Int) throws {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let size = content.count + 8
            return [0, 0, UInt8(size >> 8), UInt8(size & 255)] + Array(type.utf8) + content
        }
        let image = [UInt8](repeating: 0xAB, count: bytes)
        let cover = box("covr", box("data", [0, 0, 0, type, 0, 0, 0, 0] + image))
        let handler = box(
            "hdlr", [UInt8](repeating: 0, count: 8) + Array("mdirappl".utf8) + [UInt8](repeating: 0, count: 9))
        let source = try clip("source.mp4")
        try OddSource.append(
            box("udta", box("meta", [0, 0, 0, 0] + handler + box("ilst", cover))), to: ["moov"], in: source)
        #expect(try notes(of: source) == (bytes > 0 ? [] : ["stream 2 (mjpeg cover) was dropped: it is empty"]))
        let output = try FileBytes.read(folder("output.mp4"))
        #expect((output.firstRange(of: Array("covr".utf8)) != nil) == (bytes > 0))
        #expect(bytes == 0 || output.firstRange(of: image) != nil)
    }
}
