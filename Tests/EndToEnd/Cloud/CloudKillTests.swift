import Glibc
import TestSupport
import Testing

/// Kills at random moments from a fixed seed. After each the output is absent or whole; after a last run that nobody
/// disturbs it is right, and no upload is open. More of them by KILL_RUNS.
@Suite("Cloud / kills") struct CloudKillTests {
    private static let kills = Soak.count("KILL_RUNS", usual: 8)
    /// Kills of one job before its last, undisturbed run.
    private static let each = Soak.isOn ? 4 : 2

    struct Job: CustomTestStringConvertible {
        var seed: UInt64
        var server: CloudBucket.Server
        var isLarge: Bool

        var testDescription: String { "seed \(seed), \(server), \(isLarge ? "parts" : "one request")" }
    }

    private static let jobs: [Job] = (0..<(kills + each - 1) / each).map { (number: Int) -> Job in
        Job(seed: UInt64(number), server: number.isMultiple(of: 2) ? .moto : .rclone, isLarge: number % 4 < 3)
    }

    @Test("After kills at seeded moments the output is absent or complete", arguments: jobs)
    func kills(job: Job) throws {
        var random = SeededGenerator(seed: job.seed)
        let source = try job.isLarge ? CloudSource.large : CloudSource.small
        let bucket = try CloudBucket(job.server)
        let (key, name) = ("input/preserve/a.\(source.fileExtension)", "output/preserve/a.\(source.fileExtension)")
        try bucket.put(key, from: source.path)
        let usual = try usualSeconds(bucket, key, name)
        for attempt in 1...Self.each {
            let open = try bucket.uploads().count
            let running = try bucket.job(key, Self.batch(job, attempt)).start()
            usleep(UInt32(Double.random(in: 0..<usual * 1.1, using: &random) * 1e6))
            let signal = Bool.random(using: &random) ? SIGKILL : SIGTERM
            running.send(signal)
            let outcome = try running.wait(within: 12)
            // A SIGTERM before the program has begun is the system's to handle.
            let ends: [CommandOutcome.End] = [.exit(0), .signal(signal)] + (signal == SIGTERM ? [.exit(30)] : [])
            #expect(ends.contains(outcome.end), "\(outcome.end): \(outcome.error)")
            let isThere = try bucket.keys("output/")
            #expect(isThere == [] || isThere == [name])
            if isThere == [name] {
                #expect(try bucket.get(name) == source.output)
                // The next one is to have something to do.
                try bucket.delete(name)
            }
            try bucket.checkPages()
            if outcome.end == .exit(30) { #expect(try bucket.uploads().count <= open) }
        }
        let last = try bucket.job(key, Self.batch(job, Self.each + 1)).run()
        #expect(last.end == .exit(0), "\(last.error)")
        #expect(try bucket.get(name) == source.output)
        #expect(try bucket.keys("output/") == [name])
        #expect(try bucket.uploads() == [])
        // A killed job's last request may have reached the server all the same.
        #expect(try ["done", "unchanged"].contains(bucket.report("preserve/a.\(source.fileExtension)").status))
    }

    private static func batch(_ job: Job, _ attempt: Int) -> [String: String] {
        // Outside of AWS Batch attempts have no numbers; the result is the same.
        job.seed % 3 == 2 ? [:] : ["AWS_BATCH_JOB_ID": "job-\(job.seed)", "AWS_BATCH_JOB_ATTEMPT": "\(attempt)"]
    }

    /// Duration of an undisturbed run on this machine.
    private func usualSeconds(_ bucket: CloudBucket, _ key: String, _ name: String) throws -> Double {
        let outcome = try bucket.job(key).run()
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        try bucket.delete(name)
        let (seconds, attoseconds) = outcome.duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
