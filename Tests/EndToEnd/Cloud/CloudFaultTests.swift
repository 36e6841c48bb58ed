import Synchronization
import TestSupport
import Testing

/// A network and a server that fail in seeded ways: the output is right, or the failure is clear. More runs by
/// WORKER_FAULT_RUNS.
@Suite("Cloud / faults") struct CloudFaultTests {
    private static let runs = Soak.count("WORKER_FAULT_RUNS", usual: 6)

    @Test("With seeded faults of network and server the output is right or the failure clear", arguments: 1...runs)
    func faults(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let server = CloudBucket.Server.allCases[seed % 2]
        let source = try seed % 3 == 0 ? CloudSource.large : CloudSource.small
        let (key, name) = ("input/preserve/a.\(source.fileExtension)", "output/preserve/a.\(source.fileExtension)")
        let bucket = try CloudBucket(server)
        try bucket.put(key, from: source.path)
        let harshness = [0.15, 0.3, 0.6].randomElement(using: &random)!
        let plan = (0..<40).map { _ in
            Double.random(in: 0..<1, using: &random) < harshness
                ? Fault.allCases.randomElement(using: &random)! : Fault.none
        }
        let proxy = FaultProxy(to: server.process.port, plan: plan)
        defer { proxy.stop() }
        // Some of them give up soon.
        let patience = seed % 4 == 1 ? ["AWS_MAX_ATTEMPTS": "2"] : [:]
        let outcome = try bucket.job(key, endpoint: proxy.origin, patience).run(within: 300)
        let found = try bucket.keys("output/")
        #expect(found == [] || found == [name])
        if !found.isEmpty { #expect(try bucket.get(name) == source.output, "a wrong output") }
        switch outcome.end {
        case .exit(0):
            #expect(found == [name])
            #expect(outcome.error == "")
            #expect(try bucket.uploads() == [])
            #expect(try ["done", "unchanged"].contains(bucket.report("preserve/a.\(source.fileExtension)").status))
        // 10 where a refusal without a reason came again and again.
        case .exit(20), .exit(10):
            #expect(outcome.end == .exit(20) || outcome.error.contains("HTTP 403"), "\(outcome.error)")
            // The answer to the last request may have been lost: then the output is there, and the next attempt finds it.
            #expect(outcome.errorLines.count == 1 && outcome.error.contains(": "), "\(outcome.error)")
            try bucket.checkPages()
        default:
            Issue.record("seed \(seed): \(outcome.end) \(outcome.error)")
        }
        // Whatever it was, the next attempt over a good network ends well.
        let next = try bucket.job(key, ["AWS_BATCH_JOB_ID": "job", "AWS_BATCH_JOB_ATTEMPT": "2"]).run()
        #expect(next.end == .exit(0), "\(next.error)")
        #expect(try bucket.get(name) == source.output)
        #expect(try bucket.uploads() == [])
        #expect(try ["done", "unchanged"].contains(bucket.report("preserve/a.\(source.fileExtension)").status))
    }
}
