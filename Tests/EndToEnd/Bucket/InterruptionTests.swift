import Glibc
import TestSupport
import Testing

/// Signals at moments drawn from a fixed seed.
@Suite("Bucket / interruption", .serialized) struct InterruptionTests {
    private let bucket: TemporaryFolder

    init() throws { bucket = try TemporaryFolder() }

    /// In seconds.
    private static let moments: [Double] = {
        var random = SeededGenerator(seed: 20_261_124)
        return (0..<(Soak.isOn ? 5 : 2)).map { _ in Double.random(in: 0..<1, using: &random) }
    }()

    /// Starts the worker and waits until it writes.
    private func start(seconds: Double) throws -> RunningCommand {
        let source = bucket("input/preserve/long.mp4")
        if !FileBytes.exists(source) {
            _ = try FFmpeg.make(source, FFmpeg.video("640x360", seconds: seconds) + FFmpeg.h264)
        }
        let running = try Worker.command(["bucket", bucket.path, "--preset", "ultrafast"]).start()
        try Wait.until("a partial output") {
            guard try running.outcomeIfEnded() == nil else { throw CommandFailure("the worker ended") }
            return try !partials().isEmpty
        }
        return running
    }

    private func partials() throws -> [String] {
        FileBytes.exists(bucket("output/")) ? try bucket.files(below: "output").filter { $0.hasSuffix(".partial") } : []
    }

    @Test(
        "SIGTERM or SIGINT at any moment ends the run with a report and no output",
        arguments: moments.map { (SIGTERM, $0) } + [(SIGINT, moments[0])])
    func signal(signal: Int32, moment: Double) throws {
        let running = try start(seconds: 40)
        usleep(UInt32(moment * 1_000_000))
        running.send(signal)
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == .exit(30))
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(try bucket.files(below: "output") == [])
        let report = try JobReport.read(bucket("reports/preserve/long.mp4.json"))
        #expect(report.status == "interrupted")
        #expect(report.exitCode == 30)
    }

    @Test("SIGKILL at any moment leaves nothing that a later run doesn't remove") func killed() throws {
        for moment in Self.moments {
            let running = try start(seconds: 14)
            usleep(UInt32(moment * 1_000_000))
            running.send(SIGKILL)
            #expect(try running.wait().end == .signal(SIGKILL))
            // The leftovers of an earlier run are removed by now.
            #expect(try partials().count == 1)
            #expect(!FileBytes.exists(bucket("output/preserve/long.mp4")))
            // So that the next run's partial output can be told from this one's.
            for name in try partials() { try FileBytes.write("left".utf8, to: bucket("abandoned/\(name)")) }
            let left = try partials()
            try continueAfter(left, moment)
        }
        let last = try Worker.bucket(bucket)
        #expect(last.end == .exit(0))
        #expect(try bucket.files(below: "output") == ["preserve/long.mp4"])
        let output = bucket("output/preserve/long.mp4")
        #expect(try Judge.frameTimestamps(bucket("input/preserve/long.mp4"), output) == [])
    }

    /// A second kill, once the new run has removed the old one's partial output.
    private func continueAfter(_ left: [String], _ moment: Double) throws {
        let running = try Worker.command(["bucket", bucket.path, "--preset", "ultrafast"]).start()
        try Wait.until("the removal of a killed run's partial output") {
            guard try running.outcomeIfEnded() == nil else { throw CommandFailure("the worker ended") }
            return try partials() != left && !partials().isEmpty
        }
        running.send(SIGKILL)
        #expect(try running.wait().end == .signal(SIGKILL))
        #expect(try partials().count == 1)
        for name in try partials() where left.contains(name) { Issue.record("\(name) was left by a killed run") }
        #expect(!FileBytes.exists(bucket("output/preserve/long.mp4")))
    }
}
