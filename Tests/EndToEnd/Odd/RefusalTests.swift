import TestSupport
import Testing

/// Sources that can't be encoded are called what they are.
@Suite("Odd / refusals") struct RefusalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ source: String) throws -> JobReport.Failure {
        let output = folder("output.mkv")
        let outcome = try Worker.run(["encode", source, output, "--preset", "ultrafast"])
        #expect(outcome.end == .exit(10) && !FileBytes.exists(output))
        return try #require(try JobReport.read("\(output).json").error)
    }

    private func clip(_ name: String, _ options: [String] = []) throws -> String {
        try FFmpeg.make(
            folder(name), FFmpeg.video("96x64") + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"] + options)
    }

    @Test("An encrypted MP4 is called encrypted", arguments: ["cenc", "cbcs"]) func encryptedMP4(scheme: String) throws
    {
        let key = "00112233445566778899aabbccddeeff"
        let cenc = try clip(
            "cenc.mp4", ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key])
        let source = try OddSource.replacing(
            [(Array("schm\0\0\0\0cenc".utf8), Array("schm\0\0\0\0\(scheme)".utf8))], in: cenc, as: folder("source.mp4"))
        let failure = try refusal(source)
        #expect(failure.code == "unsupported")
        #expect(failure.message == "the source is encrypted: stream 0 (video) is protected by \(scheme)")
    }

    @Test("An encrypted Matroska file is called encrypted") func encryptedMatroska() throws {
        let packed = folder("packed.mkv")
        let made = try Command(["mkvmerge", "-q", "-o", packed, "--compression", "0:zlib", try clip("clip.mkv")]).run()
        try #require(made.end == .exit(0), "\(made.output)")
        // An encryption takes the place of the compression, and of the track's language.
        var bytes = try FileBytes.read(packed)
        let compression = try #require(
            bytes.firstRange(of: [0x6D, 0x80, 0x86, 0x62, 0x40, 0x83, 0x50, 0x34, 0x80]))
        let language = try #require(
            bytes[..<compression.lowerBound].ranges(of: [0x22, 0xB5, 0x9C, 0x83] + Array("und".utf8)).last)
        let encryption: [UInt8] =
            [0x6D, 0x80, 0x8A, 0x62, 0x40, 0x87, 0x50, 0x33, 0x81, 1, 0x50, 0x35, 0x80] + [0xEC, 0x81, 0]
        let between = Array(bytes[language.upperBound..<compression.lowerBound])
        bytes.replaceSubrange(language.lowerBound..<compression.upperBound, with: between + encryption)
        try FileBytes.write(bytes, to: folder("source.mkv"))
        let failure = try refusal(folder("source.mkv"))
        #expect(failure.code == "unsupported" && failure.message.contains("is encrypted: stream 0 (video)"))
    }

    @Test(
        "A codec without a decoder has its name",
        arguments: [
            ("dav1", "AV1 in Dolby Vision profile 10 (dav1)"), ("xyz1", "xyz1"), ("V_MPEGI/ISO/XYZ", "V_MPEGI/ISO/XYZ"),
        ])
    func noDecoder(identifier: String, name: String) throws {
        let isMatroska = identifier.count > 4
        let source = try OddSource.replacing(
            [(Array((isMatroska ? "V_MPEG4/ISO/AVC" : "avc1").utf8), Array(identifier.utf8))],
            in: try clip(isMatroska ? "clip.mkv" : "clip.mp4"), as: folder("source.\(isMatroska ? "mkv" : "mp4")"))
        let failure = try refusal(source)
        #expect(failure.code == "unsupported")
        #expect(failure.message == "this FFmpeg has no decoder for \(name) video")
    }

    @Test("A still image in HEIF is called what it is") func stillImage() throws {
        let image =
            box("ftyp", Array("heic\0\0\0\0mif1heic".utf8)) + box("meta", [UInt8](repeating: 0, count: 64))
            + box("mdat", [UInt8](repeating: 7, count: 4096))
        try FileBytes.write(image, to: folder("source.mp4"))
        let failure = try refusal(folder("source.mp4"))
        #expect(failure.code == "no-video" && failure.message.contains("is a still image (HEIF, heic)"))
    }
}
