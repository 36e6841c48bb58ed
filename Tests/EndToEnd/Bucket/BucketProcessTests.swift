import Glibc
import TestSupport
import Testing

/// Each source of a bucket is encoded in its own process: a crash ends one job only.
@Suite("Bucket / processes") struct BucketProcessTests {
    private let bucket: TemporaryFolder

    init() throws { bucket = try TemporaryFolder() }

    private func start(seconds: Double = 40) throws -> RunningCommand {
        _ = try FFmpeg.make(
            bucket("input/preserve/a long.mp4"), FFmpeg.video("640x360", seconds: seconds) + FFmpeg.h264)
        _ = try FFmpeg.make(bucket("input/preserve/b.mp4"), FFmpeg.video("64x64") + FFmpeg.h264)
        return try Worker.command(["bucket", bucket.path, "--preset", "ultrafast"]).start()
    }

    /// The process that encodes, once it writes.
    private func encoding(_ running: RunningCommand) throws -> Int32 {
        let output = bucket("output/")
        try Wait.until("a partial output") {
            try FileBytes.exists(output) && bucket.files(below: "output").contains { $0.hasSuffix(".partial") }
        }
        return try Process.child(of: running.process)
    }

    private func report(_ name: String) throws -> JobReport {
        try JobReport.read(bucket("reports/preserve/\(name).json"))
    }

    @Test(
        "A crash ends one source's job and no other", arguments: [(SIGSEGV, "Segmentation fault"), (SIGKILL, "killed")])
    func crash(signal: Int32, word: String) throws {
        let running = try start()
        kill(try encoding(running), signal)
        let outcome = try running.wait()
        #expect(outcome.end == .exit(20))
        #expect(outcome.errorLines.count == 1 && outcome.error.hasPrefix("input/preserve/a long.mp4: "))
        #expect(outcome.error.contains(word), "\(outcome.error)")
        let lost = try report("a long.mp4")
        #expect(lost.status == "failed" && lost.error?.code == "crashed" && lost.exitCode == 20)
        #expect(try report("b.mp4").status == "done")
        // The table has both.
        let rows = outcome.output.split(separator: "\n")
        #expect(rows.count == 5 && rows[1].contains("failed") && rows[2].contains("b.mp4"), "\(outcome.output)")
        #expect(try Probe(bucket("output/preserve/b.mp4")).video?.codecName == "hevc")
    }

    @Test("The next run removes what a crash left") func leftovers() throws {
        let running = try start(seconds: 8)
        kill(try encoding(running), SIGKILL)
        _ = try running.wait()
        #expect(try Worker.bucket(bucket).end == .exit(0))
        #expect(try bucket.files(below: "output") == ["preserve/a long.mp4", "preserve/b.mp4"])
        #expect(try report("a long.mp4").status == "done" && report("b.mp4").status == "unchanged")
    }

    /// A terminal's Ctrl-C reaches both processes.
    @Test("A signal to the process group interrupts the job and ends the run", arguments: [SIGINT, SIGTERM])
    func signal(signal: Int32) throws {
        let running = try start()
        _ = try encoding(running)
        kill(-running.process, signal)
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == .exit(30) && outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(try report("a long.mp4").status == "interrupted")
        #expect(!FileBytes.exists(bucket("reports/preserve/b.mp4.json")))
        #expect(try bucket.files(below: "output") == [])
    }

    @Test("The job ends when its parent is killed") func killedParent() throws {
        let running = try start()
        let child = try encoding(running)
        running.send(SIGKILL)
        _ = try running.wait()
        try Wait.until("the end of process \(child)", within: 10) { !FileBytes.exists("/proc/\(child)/exe") }
    }

    /// Each report has its own job's figures.
    @Test("A source that is done needs no process") func noProcess() throws {
        _ = try FFmpeg.make(bucket("input/preserve/b.mp4"), FFmpeg.video("64x64") + FFmpeg.h264)
        let trace = bucket("trace")
        var command = Worker.command(["bucket", bucket.path, "--preset", "ultrafast"])
        command.arguments = ["strace", "-f", "-e", "trace=execve", "-o", trace] + command.arguments
        func started() throws -> Int {
            let outcome = try command.run()
            try #require(outcome.end == .exit(0), "\(outcome.error)")
            let text = String(decoding: try FileBytes.read(trace), as: UTF8.self)
            return text.split(separator: "\n").count { $0.contains("execve(\"/proc/self/exe\"") }
        }
        let (first, second) = (try started(), try started())
        #expect(first == second + 1)
    }
}
