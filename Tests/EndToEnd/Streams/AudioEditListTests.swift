import TestSupport
import Testing

/// Audio with an edit list, as editing apps for phones write it.
@Suite("Streams / audio with an edit list") struct AudioEditListTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Two edits of half a second, and between them one second of audio that is not played.
    private func source(secondSpeed: Int = 1 << 16) throws -> String {
        // Audio that starts late has two entries already: an empty edit, and the audio.
        let late = try FFmpeg.make(
            folder("late.mp4"),
            FFmpeg.video("96x64") + ["-itsoffset", "0.35"] + FFmpeg.tone(seconds: 2) + FFmpeg.h264
                + ["-c:a", "aac", "-movie_timescale", "1000"])
        var bytes = try FileBytes.read(late)
        let track = try #require(bytes.firstRange(of: Array("soun".utf8))).lowerBound
        let list = try #require(bytes[..<track].ranges(of: Array("elst".utf8)).last).upperBound
        try #require(bytes[list + 7] == 2)
        for (entry, mediaTime) in [1024, 1024 + 44100 * 3 / 2].enumerated() {
            for (place, value) in [500, mediaTime, entry == 0 ? 1 << 16 : secondSpeed].enumerated() {
                for index in 0..<4 {
                    bytes[list + 8 + 12 * entry + 4 * place + index] = UInt8(
                        truncatingIfNeeded: value >> (24 - 8 * index))
                }
            }
        }
        try FileBytes.write(bytes, to: folder("source.mp4"))
        return folder("source.mp4")
    }

    @Test("Audio that an edit list cuts out is not heard", arguments: ["mp4", "mkv"])
    func cutOut(container: String) throws {
        let (source, output) = (try source(), folder("output.\(container)"))
        try Worker.encode(source, output)
        let times = try Probe.packets(output, "a:0").map { Judge.seconds($0.ptsTime) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 > 0.01 }, "packets are squeezed")
        let samples = try [source, output].map { path in
            try FFmpeg.run(["-v", "error", "-i", path, "-map", "0:a", "-f", "framecrc", "-"]).output
                .split(separator: "\n").filter { !$0.hasPrefix("#") }.count
        }
        #expect(samples[0] > 40 && abs(samples[1] - samples[0]) <= 1)
    }

    @Test("A playback speed other than 1 is reported") func speed() throws {
        let output = folder("output.mp4")
        try Worker.encode(try source(secondSpeed: 1 << 15), output)
        let note = "parts of stream 1 have a playback speed other than 1 (0.5): the output plays them at normal speed"
        #expect(try JobReport.read("\(output).json").notes == [note])
    }
}
