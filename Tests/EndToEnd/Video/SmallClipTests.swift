import TestSupport
import Testing

/// Clips that show x265's faults: too few frames, or too narrow ones.
@Suite("Video / short and narrow clips") struct SmallClipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// x265 doesn't know the delay of B-frames that never come.
    @Test("Clips of 1 to 3 frames keep their timestamps", arguments: [1, 2, 3], ["mp4", "mkv"])
    func fewFrames(frames: Int, container: String) throws {
        let input = try FFmpeg.make(
            folder("source.mp4"), FFmpeg.video("64x64") + ["-frames:v", "\(frames)"] + FFmpeg.h264)
        let output = folder("out.\(container)")
        // malloc fills memory, so that an uninitialized number is never 0 by chance.
        let outcome = try Worker.run(
            ["encode", input, output, "--preset", "ultrafast", "--overwrite"], environment: ["MALLOC_PERTURB_": "90"])
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try Judge.frameTimestamps(input, output, tolerance: 0.001, relative: true) == [])
    }

    /// A raw stream doesn't have the duration of its last frame.
    @Test("A raw stream of one frame has a duration", arguments: ["m4v", "m1v"], ["mp4", "mkv"])
    func rawStream(kind: String, container: String) throws {
        let codec = ["-c:v", kind == "m4v" ? "mpeg4" : "mpeg1video"]
        let format = kind == "m4v" ? ["-f", "m4v"] : []
        let input = try FFmpeg.make(
            folder("bare.\(kind)"), FFmpeg.video("64x64") + ["-frames:v", "1"] + codec + format)
        let output = folder("bare.out.\(container)")
        try Worker.encode(input, output, ["--overwrite"])
        #expect(try Judge.frameTimestamps(input, output, tolerance: 0.001, relative: true) == [])
        #expect(try Judge.decoding(output) == [])
    }

    /// x265's cutree writes past its buffer for up to 48 samples per row; the C library checks for that in every free.
    @Test("Narrow frames don't make x265 write out of bounds", arguments: [16, 32, 48, 50])
    func narrow(width: Int) throws {
        let input = try FFmpeg.make(folder("source.mp4"), FFmpeg.video("\(width)x64") + ["-c:v", "mpeg4"])
        let check = [
            "LD_PRELOAD": "libc_malloc_debug.so.0", "MALLOC_CHECK_": "3", "GLIBC_TUNABLES": "glibc.malloc.check=3",
        ]
        let outcome = try Worker.run(
            ["encode", input, folder("out.mp4"), "--preset", "ultrafast", "--overwrite"], environment: check)
        #expect(outcome.end == .exit(0), "\(outcome.end) \(outcome.error.prefix(200))")
    }
}
