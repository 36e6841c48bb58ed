import TestSupport
import Testing

/// Sources with all kinds of timestamps.
@Suite("Video / timestamps") struct TimestampTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Source: String, CaseIterable, CustomTestStringConvertible {
        case trimmed, lateVideo, fragmented, quickTime, matroskaWithoutLength, oneFrame, bFrames, oddRate, webM

        var testDescription: String { rawValue }
    }

    private func make(_ source: Source) throws -> String {
        let (video, tone) = (FFmpeg.video(seconds: 2), FFmpeg.tone(seconds: 2))
        let pyramid = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "25"]
        switch source {
        case .trimmed: return try Catalogue.make("edit list that cuts", folder("source.mp4"))
        case .lateVideo: return try Catalogue.make("video that starts late", folder("source.mp4"))
        case .fragmented: return try Catalogue.make("fragmented mp4", folder("source.mp4"))
        case .bFrames: return try Catalogue.make("negative composition offsets", folder("source.mp4"))
        case .oddRate: return try Catalogue.make("24000/1001 frames per second", folder("source.mp4"))
        case .quickTime:
            return try FFmpeg.make(folder("source.mov"), video + tone + pyramid + ["-c:a", "aac"])
        case .matroskaWithoutLength:
            return try FFmpeg.make(
                folder("source.mkv"), video + tone + pyramid + ["-c:a", "aac", "-live", "1"])
        case .oneFrame:
            return try FFmpeg.make(
                folder("source.mp4"), FFmpeg.video(seconds: 0.04) + tone + pyramid + ["-c:a", "aac"])
        case .webM:
            return try FFmpeg.make(
                folder("source.webm"),
                video + tone + ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"])
        }
    }

    @Test("Every frame keeps its timestamp, and audio its offset", arguments: Source.allCases, ["mp4", "mkv"])
    func kept(source: Source, container: String) throws {
        let (input, output) = (try make(source), folder("output.\(container)"))
        try Worker.encode(input, output)
        // Matroska counts milliseconds; what it holds is exact again for a source in milliseconds.
        let tolerance = container == "mkv" ? 0.001 : 0.00005
        #expect(try Judge.frameTimestamps(input, output, tolerance: tolerance, relative: true) == [])
        let (before, after) = (try Judge.audioOffset(input), try Judge.audioOffset(output))
        #expect(abs(before - after) <= 0.001, "sound at \(after) s from the first frame, not \(before)")
        #expect(try Judge.packets(input, output, "a:0") == [])
        #expect(try Judge.decoding(output) == [])
        // A VP8 stream says nothing of its colours; only its decoder knows that they are BT.601.
        if source != .webM { #expect(Judge.look(try Probe(input), try Probe(output)) == []) }
    }
}
