import Glibc
import TestSupport
import Testing

/// A video in chunks against the same video in one piece, and against itself on another machine.
@Suite("Chunks / whole process") struct ChunkTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func encode(_ source: String, _ name: String, _ options: [String], processors: String? = nil) throws
        -> [UInt8]
    {
        let output = folder(name)
        let arguments = ["encode", source, output, "--preset", "ultrafast"] + options
        let command = Worker.command(arguments)
        let pinned = processors.map {
            Command(["taskset", "-c", $0] + command.arguments, environment: command.environment)
        }
        let outcome = try (pinned ?? command).run()
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        return try FileBytes.read(output)
    }

    @Test("The bytes depend neither on processors nor on their features", arguments: ChunkSource.allCases)
    func sameBytes(kind: ChunkSource) throws {
        let source = try kind.make(folder("source.\(kind.fileExtension)"))
        let chunks = ["--chunks", "\(ChunkSource.frames)"]
        let first = try encode(source, "a.mkv", chunks)
        #expect(try JobReport.read(folder("a.mkv.json")).chunks?.total ?? 0 >= 3)
        #expect(try encode(source, "b.mkv", chunks, processors: "0") == first)
        // Levels that the processor lacks change nothing.
        for level in ["SSE4.1", "AVX2", "avx512"] {
            #expect(
                try encode(source, "\(level).mkv", chunks + ["--x265-params", "asm=\(level)"]) == first, "\(level)")
        }
        #expect(try folder.files(below: "").allSatisfy { !$0.contains(".work/") })
    }

    @Test("Frames, timestamps and copied streams are those of one piece", arguments: ChunkSource.allCases)
    func sameContent(kind: ChunkSource) throws {
        let source = try kind.make(folder("source.\(kind.fileExtension)"))
        _ = try encode(source, "whole.mkv", ["--chunks", "off"])
        _ = try encode(source, "chunks.mkv", ["--chunks", "\(ChunkSource.frames)"])
        let (whole, chunks) = (folder("whole.mkv"), folder("chunks.mkv"))
        #expect(try Judge.frameTimestamps(whole, chunks) == [])
        if kind.hasCopiedStreams { #expect(try copiedDigests(whole) == copiedDigests(chunks)) }
        // Both differ from the source, by more where there is more of it: 37.4 dB for a minute of it.
        #expect(try FFmpeg.psnr(whole, chunks) > (Soak.isOn ? 37 : 40))
        let (one, other) = (try JobReport.read("\(whole).json"), try JobReport.read("\(chunks).json"))
        #expect(one.frames?.written == other.frames?.written && one.notes == other.notes)
    }

    /// A digest of each packet of the copied streams, by ffmpeg.
    private func copiedDigests(_ path: String) throws -> String {
        let outcome = try FFmpeg.run([
            "-v", "error", "-i", path, "-map", "0:a?", "-map", "0:s?", "-c", "copy", "-f", "framemd5", "-",
        ])
        return outcome.output
    }

    @Test("probe prints the chunks; a short video, or one without keyframes, has none") func probe() throws {
        let source = try ChunkSource.plain.make(folder("source.mp4"))
        let divided = try Worker.run(["probe", source, "--chunks", "\(ChunkSource.frames)"]).output
        #expect(divided.contains("chunks: ") && divided.contains("from 0.000, "))
        #expect(!(try Worker.run(["probe", source]).output.contains("chunks")))
        let outcome = try Worker.run(["probe", source, "--chunks", "none"])
        #expect(outcome.end == .exit(2) && outcome.error.contains("--chunks is none: it takes auto, off, or a number"))
    }

    @Test("Two workers on one folder share the chunks, and both end well") func twoWorkers() throws {
        _ = try ChunkSource.plain.make(folder("input/preserve/a.mp4"))
        let options = ["bucket", folder.path, "--preset", "ultrafast", "--chunks", "\(ChunkSource.frames)"]
        let workers = try (0..<2).map { _ in try Worker.command(options).start() }
        for worker in workers { #expect(try worker.wait().end == .exit(0)) }
        let shared = try FileBytes.read(folder("output/preserve/a.mp4"))
        #expect(try folder.files(below: "output") == ["preserve/a.mp4"] && !FileBytes.exists(folder("work")))
        _ = try encode(folder("input/preserve/a.mp4"), "alone.mp4", ["--chunks", "\(ChunkSource.frames)"])
        #expect(try FileBytes.read(folder("alone.mp4")) == shared)
    }

    @Test("A source that is damaged leaves no chunks") func permanentFailure() throws {
        let source = try ChunkSource.plain.make(folder("input/preserve/a.mp4"))
        var bytes = try FileBytes.read(source)
        // In the middle of the media data.
        for index in stride(from: bytes.count / 3, to: bytes.count / 2, by: 40) { bytes[index] = 0 }
        try FileBytes.write(bytes, to: source)
        let outcome = try Worker.bucket(folder, ["--chunks", "\(ChunkSource.frames)", "--errors", "strict"])
        #expect(outcome.end == .exit(10), "\(outcome.error)")
        #expect(!FileBytes.exists(folder("work")))
        #expect(try JobReport.read(folder("reports/preserve/a.mp4.json")).error?.code == "damaged-source")
    }

    @Test("A source that decodes differently after a seek is encoded in one piece, with a note") func differentSeams()
        throws
    {
        let sound = try FFmpeg.make(
            folder("sound.mp4"),
            FFmpeg.video("160x96", seconds: 40) + FFmpeg.h264 + [
                "-g", "125", "-keyint_min", "125", "-sc_threshold", "0",
            ])
        // All keyframes after the first are damaged: what is decoded depends on the frames before.
        let source = try FFmpeg.write(
            folder("source.mp4"), ["-i", sound, "-c", "copy", "-bsf:v", "noise=amount=key*gt(n\\,0)*100"])
        _ = try encode(source, "whole.mp4", ["--chunks", "off"])
        _ = try encode(source, "chunks.mp4", ["--chunks", "100"])
        // Not their bytes: what libavcodec's frame threads make of damaged frames depends on timing, in one piece too.
        #expect(try Judge.frameTimestamps(folder("whole.mp4"), folder("chunks.mp4")) == [])
        let report = try JobReport.read(folder("chunks.mp4.json"))
        #expect(report.noteDetails?.first?.kind == "encoded-whole" && report.chunks?.again ?? 0 > 0)
        #expect(try folder.files(below: "").allSatisfy { !$0.contains(".work/") })
    }

    @Test("A chunk's file that is damaged is made again") func damagedChunk() throws {
        let source = try ChunkSource.plain.make(folder("source.mp4"))
        let options = ["--chunks", "\(ChunkSource.frames)"]
        let expected = try encode(source, "a.mp4", options)
        let running = try Worker.command(["encode", source, folder("b.mp4"), "--preset", "ultrafast"] + options).start()
        var stored: [String] = []
        try Wait.until("a chunk") {
            stored = try folder.files(below: "").filter { $0.hasSuffix("/0.chunk") }
            return try !stored.isEmpty || running.outcomeIfEnded() != nil
        }
        running.send(SIGKILL)
        _ = try running.wait()
        // Too fast to be killed: nothing is left to be damaged.
        guard let chunk = stored.first, FileBytes.exists(folder(chunk)) else { return }
        var bytes = try FileBytes.read(folder(chunk))
        bytes[bytes.count / 2] ^= 1
        try FileBytes.write(bytes, to: folder(chunk))
        #expect(try encode(source, "b.mp4", options) == expected)
        #expect(try JobReport.read(folder("b.mp4.json")).chunks?.again == 1)
    }
}
