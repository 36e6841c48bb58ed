import Glibc
import TestSupport
import Testing

/// `bucket FOLDER --watch`, while files arrive.
@Suite("Bucket / watch") struct WatchTests {
    private let bucket: TemporaryFolder

    init() throws {
        bucket = try TemporaryFolder()
        mkdir("\(bucket.path)/input", 0o755)
    }

    private func make(_ name: String, _ size: String = "64x64") throws -> String {
        try FFmpeg.make(bucket(name), FFmpeg.video(size) + FFmpeg.h264 + ["-frames:v", "5", "-f", "mp4"])
    }

    private func start() throws -> RunningCommand {
        try Worker.command(["bucket", bucket.path, "--watch", "--preset", "ultrafast", "--workers", "2"]).start()
    }

    /// Returns when a source has been encoded.
    private func wait(for path: String, _ running: RunningCommand, _ width: Int = 64) throws {
        let report = bucket("reports/preserve/\(path).json")
        try Wait.until("the output of \(path)") {
            if let ended = try running.outcomeIfEnded() { throw CommandFailure("the worker ended: \(ended.error)") }
            return try FileBytes.exists(report) && JobReport.read(report).status == "done"
                && Probe(bucket("output/preserve/\(path)")).video?.width == width
        }
    }

    private func move(_ name: String, _ target: String) { rename("\(bucket.path)/\(name)", bucket(target)) }

    /// Ends a run that waits.
    private func end(_ running: RunningCommand, _ signal: Int32 = SIGTERM) throws -> CommandOutcome {
        try Wait.until("the page over all reports") { FileBytes.exists(bucket("reports/index.html")) }
        running.send(signal)
        return try running.wait(within: 10)
    }

    @Test("Files that are there, copied, moved in and in new folders are encoded, until SIGTERM or SIGINT")
    func arrivals() throws {
        _ = try make("input/a.mp4")
        let running = try start()
        try wait(for: "a.mp4", running)

        // A copy that takes its time: another file comes and is encoded in between.
        let original = try FileBytes.read(try make("b.mp4", "96x64"))
        let copy = try #require(fopen(bucket("input/b.mp4"), "w"))
        fwrite(original, 1, original.count / 2, copy)
        fflush(copy)
        _ = try make("elsewhere/c.mp4")
        move("elsewhere", "input/new")
        try wait(for: "new/c.mp4", running)
        #expect(!FileBytes.exists(bucket("reports/preserve/b.mp4.json")))
        _ = original[(original.count / 2)...].withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, copy) }
        fclose(copy)
        try wait(for: "b.mp4", running, 96)
        #expect(try Judge.frameTimestamps(bucket("input/b.mp4"), bucket("output/preserve/b.mp4")) == [])

        _ = try make("input/new/deeper/d.mp4")
        _ = try make("a2.mp4", "128x64")
        move("a2.mp4", "input/a.mp4")
        try FileBytes.write("words".utf8, to: bucket("input/readme.txt"))
        try wait(for: "new/deeper/d.mp4", running)
        try wait(for: "a.mp4", running, 128)
        let outcome = try end(running)
        #expect(outcome.end == .exit(0))
        #expect(outcome.error == "")
        #expect(outcome.output.contains("input/new/deeper/d.mp4") && outcome.output.contains("/reports/index.html\n"))
        #expect(try bucket.files(below: "output").count == 4)

        // What arrived in the meantime is found at the start, and the rest is left alone.
        let before = try FileBytes.identity(bucket("output/preserve/b.mp4"))
        unlink(bucket("reports/index.html"))
        _ = try make("input/e.mp4")
        let second = try start()
        try wait(for: "e.mp4", second)
        #expect(try end(second, SIGINT).end == .exit(0))
        #expect(try FileBytes.identity(bucket("output/preserve/b.mp4")) == before)
        #expect(!FileBytes.exists(bucket.path + "/work"))
    }

    @Test("A watch that ends while the page over all reports is written says nothing of it") func duringPage() throws {
        _ = try make("input/a.mp4")
        // So many that they are still read when the signal comes.
        for number in 0..<5000 { try FileBytes.write("{}".utf8, to: bucket("reports/old/\(number).json")) }
        let running = try start()
        try wait(for: "a.mp4", running)
        running.send(SIGTERM)
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == .exit(0) && outcome.error == "")
    }

    @Test("Files that arrive while the kernel loses events are encoded") func overflow() throws {
        _ = try make("input/a.mp4")
        _ = try make("b.mp4")
        let running = try start()
        try wait(for: "a.mp4", running)
        running.send(SIGSTOP)
        let text = String(decoding: try FileBytes.read("/proc/sys/fs/inotify/max_queued_events"), as: UTF8.self)
        let limit = try #require(Int(text.split(separator: "\n")[0]))
        for _ in 0...limit / 4 {
            move("input/a.mp4", "input/x.mp4")
            move("input/x.mp4", "input/a.mp4")
        }
        move("b.mp4", "input/b.mp4")
        running.send(SIGCONT)
        try wait(for: "b.mp4", running)
        #expect(try end(running).end == .exit(0))
    }

    @Test("An encode that a signal interrupts is reported, and ends with 30") func interrupted() throws {
        let source = bucket("input/long.mp4")
        _ = try FFmpeg.make(source, FFmpeg.video("640x360", seconds: 40) + FFmpeg.h264)
        let running = try start()
        try Wait.until("a partial output") {
            try FileBytes.exists(bucket("output/")) && !bucket.files(below: "output").isEmpty
        }
        running.send(SIGTERM)
        #expect(try running.wait(within: 10).end == .exit(30))
        #expect(try JobReport.read(bucket("reports/preserve/long.mp4.json")).status == "interrupted")
        #expect(try bucket.files(below: "output") == [])
    }

    @Test("A folder is watched by one process, has to exist, and is no bucket") func refused() throws {
        _ = try make("input/a.mp4")
        let running = try start()
        try wait(for: "a.mp4", running)
        let other = try Worker.bucket(bucket, ["--watch"])
        #expect(other.end == .exit(10) && other.error.contains("is watched by another process"))
        #expect(try Worker.run(["bucket", bucket("nothing"), "--watch"]).error.contains("holds input/"))
        let url = try Worker.run(["bucket", "s3://bucket", "--watch"])
        #expect(url.end == .exit(2) && url.error.contains("--watch takes a folder"))
        rename("\(bucket.path)/input", bucket("moved"))
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == .exit(20) && outcome.error.contains("was removed or moved"))
    }
}
