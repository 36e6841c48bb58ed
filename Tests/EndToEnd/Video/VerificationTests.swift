import TestSupport
import Testing

/// The frames that the worker decodes and compares before it publishes an output.
@Suite("Video / verification") struct VerificationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// 8 keyframes of which each is compared, in more bytes than the muxer's interleaver holds without the subtitle.
    private func compared(subtitleAt seconds: Int?) throws -> Int? {
        let noise = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=3.2,noise=alls=40:allf=t"]
        let text = folder("text.srt")
        var subtitle: [String] = []
        if let seconds {
            try FileBytes.write("1\n00:00:0\(seconds),000 --> 00:00:0\(seconds),150\nlate\n".utf8, to: text)
            subtitle = ["-i", text, "-c:s", "mov_text"]
        }
        let source = try FFmpeg.make(folder("source.mp4"), noise + subtitle + FFmpeg.h264 + ["-qp", "24"])
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--crf", "20", "--x265-params", "keyint=10:min-keyint=10"])
        return try JobReport.read("\(output).json").frames?.compared
    }

    @Test("A subtitle late in an MP4 doesn't reduce the number of compared frames", arguments: [nil, 3])
    func lateSubtitle(seconds: Int?) throws {
        #expect(try compared(subtitleAt: seconds) == 8)
    }
}
