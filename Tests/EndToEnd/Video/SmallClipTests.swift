import TestSupport
import Testing

/// Clips that x265 has faults with: of too few pictures, and of too narrow ones.
@Suite("Video / short and narrow clips") struct SmallClipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// x265 knows no delay of B pictures that never come.
    @Test("Clips of 1 to 3 frames keep their timestamps", arguments: [1, 2, 3], ["mp4", "mkv"])
    func fewFrames(pictures: Int, container: String) throws {
        let input = try FFmpeg.make(
            folder("source.mp4"), FFmpeg.video("64x64") + ["-frames:v", "\(pictures)"] + FFmpeg.h264)
        let output = folder("out.\(container)")
        // The C library fills what it hands out, so that a number that nobody set is never 0 by luck.
        let outcome = try Worker.run(
            ["encode", input, output, "--preset", "ultrafast", "--overwrite"], environment: ["MALLOC_PERTURB_": "90"])
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try Judge.pictureTimes(input, output, tolerance: 0.001, relative: true) == [])
    }

    /// A bare stream says nothing of how long its last picture is shown.
    @Test("A raw stream of one frame has a duration", arguments: ["m4v", "m1v"], ["mp4", "mkv"])
    func rawStream(kind: String, container: String) throws {
        let codec = ["-c:v", kind == "m4v" ? "mpeg4" : "mpeg1video"]
        let format = kind == "m4v" ? ["-f", "m4v"] : []
        let input = try FFmpeg.make(
            folder("bare.\(kind)"), FFmpeg.video("64x64") + ["-frames:v", "1"] + codec + format)
        let output = folder("bare.out.\(container)")
        try Worker.encode(input, output, ["--overwrite"])
        #expect(try Judge.pictureTimes(input, output, tolerance: 0.001, relative: true) == [])
        #expect(try Judge.decoding(output) == [])
    }

    /// x265's cutree writes behind its buffer for up to 48 samples a row; the C library looks for that at every free.
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
