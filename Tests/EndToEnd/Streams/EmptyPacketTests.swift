import TestSupport
import Testing

/// Packets of 0 bytes, which writers use to repeat a frame or where nothing was recorded.
@Suite("Streams / empty packets") struct EmptyPacketTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Empties an audio sample of a movie, whose second track is audio; the next sample gets its bytes.
    private func emptying(_ sample: Int, in path: String) throws -> String {
        var bytes = try FileBytes.read(path)
        let sizes = bytes.ranges(of: Array("stsz".utf8)).map(\.upperBound)
        try #require(sizes.count == 2)
        func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        func put(_ value: Int, _ place: Int) {
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
        }
        try #require(number(sizes[1] + 4) == 0 && number(sizes[1] + 8) > sample + 1)
        let entry = sizes[1] + 12 + 4 * sample
        put(number(entry) + number(entry + 4), entry + 4)
        put(0, entry)
        let source = folder("source.mov")
        try FileBytes.write(bytes, to: source)
        return source
    }

    @Test("An empty video packet repeats a frame and is no damage", arguments: ["mp4", "mkv"])
    func video(container: String) throws {
        let source = try Catalogue.make("an empty sample", folder("source.mov"))
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--errors", "strict"])
        #expect(try Probe.frameTimestamps(output).count == 24)
        #expect(try Judge.frameTimestamps(source, output, tolerance: 0.001) == [])
        #expect(try JobReport.read("\(output).json").notes == [])
    }

    @Test("An empty audio packet is no loss", arguments: ["mp4", "mkv"])
    func audio(container: String) throws {
        let whole = try FFmpeg.make(
            folder("whole.mov"), FFmpeg.video() + FFmpeg.tone() + FFmpeg.h264 + ["-c:a", "aac"])
        let source = try emptying(10, in: whole)
        let output = folder("output.\(container)")
        try Worker.encode(source, output)
        let before = try Probe.packets(source, "a:0").filter { $0.size != "0" }
        #expect(try Probe.packets(output, "a:0").map(\.dataHash) == before.map(\.dataHash))
        #expect(try JobReport.read("\(output).json").notes == [])
    }
}
