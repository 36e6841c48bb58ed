import Glibc
import TestSupport
import Testing

/// Several processes share the chunks of one video, or the videos of a bucket.
@Suite("Bucket / workers") struct WorkersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Some chunks of a second each.
    private func source(_ name: String, seconds: Double = 6) throws -> String {
        let path = folder(name)
        _ = try FFmpeg.make(path, FFmpeg.video("320x180", seconds: seconds) + FFmpeg.h264 + ["-g", "10"])
        return path
    }

    private func encode(_ source: String, _ output: String, _ workers: String) -> Command {
        Worker.command(
            ["encode", source, output, "--preset", "veryfast", "--chunks", "20", "--workers", workers, "--overwrite"])
    }

    /// The helpers that a lead has started and that live.
    private func helpers(of lead: Int32) -> [Int32] {
        let threads = (try? Command(["ls", "/proc/\(lead)/task"]).run())?.output.split(separator: "\n") ?? []
        return threads.flatMap { thread in
            let text = try? FileBytes.read("/proc/\(lead)/task/\(thread)/children")
            return String(decoding: text ?? [], as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
        }
    }

    private func work() throws -> [String] {
        try folder.files().filter { $0.contains(".work/") || $0.hasPrefix("work/") }
    }

    /// The chunks that are published.
    private func done() throws -> [String] {
        try work().filter { $0.hasSuffix(".chunk") && !$0.split(separator: "/").last!.hasPrefix(".") }
    }

    @Test("one process and three make the same bytes and leave nothing")
    func sameBytes() throws {
        let source = try source("a.mp4")
        for workers in ["1", "3"] {
            let outcome = try encode(source, folder("\(workers).mp4"), workers).run()
            #expect(outcome.end == .exit(0) && outcome.error == "")
        }
        #expect(try FileBytes.read(folder("1.mp4")) == FileBytes.read(folder("3.mp4")))
        #expect(try JobReport.read(folder("3.mp4.json")).status == "done")
        #expect(try work() == [])
    }

    @Test("a helper that is killed costs its chunk alone")
    func helperKilled() throws {
        let source = try source("a.mp4", seconds: 10)
        let running = try encode(source, folder("b.mp4"), "3").start()
        try Wait.until("two helpers") { helpers(of: running.process).count == 2 }
        let killed = helpers(of: running.process)[0]
        try Wait.until("a chunk") { try !done().isEmpty }
        kill(killed, SIGKILL)
        let outcome = try running.wait()
        #expect(outcome.end == .exit(0))
        #expect(outcome.errorLines.count <= 1 && (outcome.error == "" || outcome.error.contains("a helper process")))
        #expect(try encode(source, folder("1.mp4"), "1").run().end == .exit(0))
        #expect(try FileBytes.read(folder("1.mp4")) == FileBytes.read(folder("b.mp4")))
        #expect(try work() == [])
    }

    @Test("a signal ends all processes, and the next run goes on with what is done", arguments: [SIGTERM, SIGKILL])
    func interrupted(signal: Int32) throws {
        let source = try source("a.mp4", seconds: 10)
        let running = try encode(source, folder("b.mp4"), "3").start()
        try Wait.until("two helpers and two chunks") {
            try helpers(of: running.process).count == 2 && done().count >= 2
        }
        let children = helpers(of: running.process)
        running.send(signal)
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == (signal == SIGTERM ? .exit(30) : .signal(SIGKILL)))
        try Wait.until("the end of the helpers", within: 10) { children.allSatisfy { kill($0, 0) != 0 } }
        let found = try done().count
        #expect(found >= 2 && !FileBytes.exists(folder("b.mp4")))
        #expect(try encode(source, folder("b.mp4"), "2").run().end == .exit(0))
        let chunks = try #require(try JobReport.read(folder("b.mp4.json")).chunks)
        #expect(chunks.foundDone >= found)
        #expect(try encode(source, folder("1.mp4"), "1").run().end == .exit(0))
        #expect(try FileBytes.read(folder("1.mp4")) == FileBytes.read(folder("b.mp4")))
        #expect(try work() == [])
    }

    @Test("the videos of a bucket are encoded side by side, as one after the other")
    func bucket() throws {
        for name in ["input/long.mp4", "input/b.mp4", "input/c.mp4"] {
            _ = try source(name, seconds: name.contains("long") ? 4 : 1)
        }
        try FileBytes.write("no video".utf8, to: folder("input/d.mp4"))
        func run(_ workers: String) throws -> CommandOutcome {
            try Worker.bucket(folder, ["--chunks", "20", "--workers", workers, "--log", "progress"])
        }
        let together = try run("3")
        #expect(together.end == .exit(10))
        #expect(together.output.split(separator: "\n").count == 7, "\(together.output)")
        let names = ["b.mp4", "c.mp4", "long.mp4"]
        let first = try names.map { try FileBytes.read(folder("output/preserve/\($0)")) }
        #expect(try work() == [])
        let again = try run("3")
        #expect(again.end == .exit(10))
        #expect(try JobReport.read(folder("reports/preserve/long.mp4.json")).status == "unchanged")
        for name in names { unlink(folder("output/preserve/\(name)")) }
        #expect(try run("1").end == .exit(10))
        #expect(try names.map { try FileBytes.read(folder("output/preserve/\($0)")) } == first)
    }

    @Test("two runs over one bucket encode each source once")
    func twoRuns() throws {
        let names = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]
        for name in names { _ = try source("input/\(name)", seconds: 3) }
        let command = Worker.command(["bucket", folder.path, "--preset", "veryfast", "--workers", "1"])
        let runs = (try command.start(), try command.start())
        let outcomes = try [runs.0.wait(), runs.1.wait()]
        #expect(outcomes.allSatisfy { $0.end == .exit(0) && $0.error == "" })
        // In one run's table each was done before by the other, except for those that both began at the end.
        let rows = outcomes.map(\.output).joined().split(separator: "\n")
        let found = rows.filter { $0.contains("done before") }
        #expect(found.count >= names.count - 1, "\(outcomes.map(\.output))")
        #expect(try folder.files(below: "output") == names.map { "preserve/\($0)" })
        #expect(!FileBytes.exists(folder.path + "/work"))
    }
}
