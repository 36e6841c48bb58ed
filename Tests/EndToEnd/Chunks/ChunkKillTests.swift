import Glibc
import TestSupport
import Testing

/// Kills of a worker that encodes in chunks, at seeded moments, in a folder and in a bucket. After each the output is
/// absent or whole; the last, undisturbed run makes the same bytes as a worker that was never killed. More of them by
/// CHUNK_KILLS.
@Suite("Chunks / kills") struct ChunkKillTests {
    private static let kills = Soak.count("CHUNK_KILLS", usual: 8)
    /// Kills of one job before its last run.
    private static let each = Soak.isOn ? 4 : 2
    private static let variables = ["REELPRESS_CHUNKS": "\(ChunkSource.frames)"]

    struct Job: CustomTestStringConvertible {
        var seed: UInt64
        var kind: ChunkSource

        var testDescription: String { "seed \(seed), \(kind)" }
    }

    private static func jobs(_ first: Int) -> [Job] {
        (0..<(kills + 2 * each - 1) / (2 * each)).map { number in
            Job(seed: UInt64(first + number), kind: ChunkSource.allCases[(first + number) % ChunkSource.allCases.count])
        }
    }

    private func kill(_ running: RunningCommand, within seconds: Double, _ random: inout SeededGenerator) throws
        -> CommandOutcome
    {
        usleep(UInt32(Double.random(in: 0..<seconds * 1.1, using: &random) * 1e6))
        let signal = Bool.random(using: &random) ? SIGKILL : SIGTERM
        running.send(signal)
        let outcome = try running.wait(within: 12)
        // A SIGTERM before the program has begun is the system's to handle.
        let ends: [CommandOutcome.End] = [.exit(0), .signal(signal)] + (signal == SIGTERM ? [.exit(30)] : [])
        #expect(ends.contains(outcome.end), "\(outcome.end): \(outcome.error)")
        return outcome
    }

    private func seconds(_ outcome: CommandOutcome) -> Double {
        let (seconds, attoseconds) = outcome.duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    @Test("In a folder, chunks that are done stay done", arguments: jobs(0))
    func folder(job: Job) throws {
        var random = SeededGenerator(seed: job.seed)
        let folder = try TemporaryFolder()
        let name = "a.\(job.kind.fileExtension)"
        let source = try job.kind.make(folder("input/preserve/\(name)"))
        let usual = try Worker.bucket(folder, environment: Self.variables)
        try #require(usual.end == .exit(0), "\(usual.error)")
        let output = folder("output/preserve/\(name)")
        let expected = try FileBytes.read(output)
        #expect(try Judge.frameTimestamps(source, output) == [])
        unlink(output)
        var found = 0
        for _ in 0..<Self.each {
            let running = try Worker.command(
                ["bucket", folder.path, "--preset", "ultrafast"], environment: Self.variables
            ).start()
            _ = try kill(running, within: seconds(usual), &random)
            if FileBytes.exists(output) {
                #expect(try FileBytes.read(output) == expected)
                unlink(output)
            }
            found = try folder.files(below: "").filter { $0.hasSuffix(".chunk") && !$0.contains("/.") }.count
        }
        let last = try Worker.bucket(folder, environment: Self.variables)
        #expect(last.end == .exit(0), "\(last.error)")
        #expect(try FileBytes.read(output) == expected)
        #expect(!FileBytes.exists(folder("work")))
        #expect(try folder.files(below: "output") == ["preserve/\(name)"])
        let chunks = try #require(try JobReport.read(folder("reports/preserve/\(name).json")).chunks)
        #expect(chunks.foundDone == found && chunks.made == chunks.total - found, "\(chunks)")
        // A kill loses the chunk that is being encoded, and the one that is being drained.
        #expect(chunks.takenOver <= 2 * Self.each)
    }

    @Test("In a bucket, chunks that are done stay done, and no upload stays open", arguments: jobs(1000))
    func bucket(job: Job) throws {
        var random = SeededGenerator(seed: job.seed)
        let folder = try TemporaryFolder()
        let name = "a.\(job.kind.fileExtension)"
        let (key, output) = ("input/preserve/\(name)", "output/preserve/\(name)")
        let bucket = try CloudBucket(.moto)
        try bucket.put(key, from: try job.kind.make(folder(name)))
        let usual = try bucket.job(key, Self.variables).run()
        try #require(usual.end == .exit(0), "\(usual.error)")
        let expected = try bucket.get(output)
        try bucket.delete(output)
        func batch(_ attempt: Int) -> [String: String] {
            Self.variables.merging(
                ["AWS_BATCH_JOB_ID": "job-\(job.seed)", "AWS_BATCH_JOB_ATTEMPT": "\(attempt)"]) { $1 }
        }
        for attempt in 1...Self.each {
            _ = try kill(try bucket.job(key, batch(attempt)).start(), within: seconds(usual), &random)
            try bucket.checkPages()
            if try bucket.keys("output/") == [output] {
                #expect(try bucket.get(output) == expected)
                try bucket.delete(output)
            }
        }
        let last = try bucket.job(key, batch(Self.each + 1)).run()
        #expect(last.end == .exit(0), "\(last.error)")
        #expect(try bucket.get(output) == expected)
        #expect(try bucket.keys("work/") == [])
        #expect(try bucket.uploads() == [])
        let report = try bucket.report("preserve/\(name)")
        #expect(report.chunks.map { $0.foundDone + $0.made == $0.total && $0.takenOver <= 2 * Self.each } ?? false)
    }
}
