import FoundationEssentials
import Glibc
import Synchronization
import TestSupport
import Testing

/// One video over several workers of AWS Batch, which the test starts.
@Suite("Chunks / helpers") struct FanOutTests {
    @Test("A lead and three helpers make the bytes that one worker makes, and the report has all of them")
    func together() throws {
        let alone = try FanOut.alone.get()
        let fanOut = try FanOut()
        let lead = try fanOut.lead().start()
        let plan = try fanOut.plan()
        // It waits until the helpers are at work, so that they have something to do on any machine.
        for process in Process.children(of: lead.process) { kill(process, SIGSTOP) }
        let helpers = try (0..<3).map { try fanOut.helper(plan, $0).start() }
        try Wait.until("three helpers' claims") {
            try fanOut.bucket.keys("work/").count { $0.hasSuffix(".claim") } >= 5
        }
        for process in Process.children(of: lead.process) { kill(process, SIGCONT) }
        for worker in helpers + [lead] {
            let outcome = try worker.wait()
            #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        }
        #expect(try fanOut.bucket.get(FanOut.output) == alone.output)
        try fanOut.expectClean()
        let report = try fanOut.bucket.report("preserve/a.mp4")
        let (chunks, cost) = (try #require(report.chunks), try #require(report.cost))
        #expect(chunks.total == FanOut.chunks && chunks.done == FanOut.chunks && chunks.again == 0)
        #expect(chunks.helped == FanOut.chunks - chunks.made && chunks.helped ?? 0 >= 3, "\(chunks)")
        #expect(chunks.workers == 4 && chunks.interruptions == 0, "\(chunks)")
        let others = try #require(cost.others)
        #expect(others.tasks == 3 && others.vCPUSeconds > 0 && others.gigabyteSeconds > 0)
        #expect(abs(others.estimate - 3 * cost.estimate) < 1e-9, "all took less than the minute that is billed")
        #expect(cost.total == cost.estimate + others.estimate)
        #expect(report.notes == [])
    }

    enum Late: CaseIterable {
        case planGone, sourceGone, sourceReplaced, otherVersion, notUnderstood, othersPlan
    }

    @Test("A helper that has nothing to do ends within two seconds and writes nothing", arguments: Late.allCases)
    func late(kind: Late) throws {
        let fanOut = try FanOut()
        let plan = try fanOut.leaveUnfinished()
        switch kind {
        case .planGone: for key in try fanOut.bucket.keys("work/") { try fanOut.bucket.delete(key) }
        case .sourceGone: try fanOut.bucket.delete(FanOut.key)
        case .sourceReplaced: try fanOut.replaceSource()
        case .otherVersion:
            let text = String(decoding: try fanOut.bucket.get(plan), as: UTF8.self)
            #expect(text.contains("reelpress 0."))
            try fanOut.bucket.put(plan, text.replacing("reelpress 0.", with: "reelpress 1."))
        case .notUnderstood: try fanOut.bucket.put(plan, "{\"writer\":\"w\",\"value\":{}}")
        case .othersPlan:
            let text = String(decoding: try fanOut.bucket.get(plan), as: UTF8.self)
            try fanOut.bucket.put(plan, text.replacing("input/preserve/a.mp4", with: "elsewhere/a.mp4"))
        }
        let before = try fanOut.bucket.keys()
        var fastest = Duration.seconds(100)
        // Other tests use the processors, too.
        for _ in 0..<3 where fastest > .seconds(2) {
            let outcome = try fanOut.helper(plan).run()
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            #expect(try fanOut.bucket.keys() == before)
            fastest = min(fastest, outcome.duration)
        }
        #expect(fastest < .seconds(2), "\(fastest)")
    }

    @Test("A helper finds what a lead has left behind that died while it cleaned up, and removes it") func sweep()
        throws
    {
        let fanOut = try FanOut()
        let plan = try fanOut.leaveUnfinished()
        try fanOut.bucket.delete(plan)
        #expect(try fanOut.helper(plan).run().end == .exit(0))
        #expect(try fanOut.bucket.keys("work/") == [])
    }

    @Test("What is not the key of a plan is a usage error", arguments: ["work/x/0.chunk", "plan.json", "x"])
    func notAPlan(key: String) throws {
        let bucket = try CloudBucket(.moto)
        let environment = bucket.environment(nil, ["S3_BUCKET": bucket.name, "REELPRESS_PLAN": key])
        let outcome = try Worker.command([], environment: environment).run()
        #expect(outcome.end == .exit(2) && outcome.error.contains("REELPRESS_PLAN is \(key)"), "\(outcome.error)")
    }

    @Test("A helper that is interrupted exits with 30, and its next attempt goes on") func interruption() throws {
        let alone = try FanOut.alone.get()
        let fanOut = try FanOut()
        let plan = try fanOut.leaveUnfinished()
        let claims = try fanOut.bucket.keys("work/").count { $0.hasSuffix(".claim") }
        let helper = try fanOut.helper(plan).start()
        try Wait.until("a claim of its own") {
            try fanOut.bucket.keys("work/").count { $0.hasSuffix(".claim") } > claims
        }
        helper.send(SIGTERM)
        #expect(try helper.wait(within: 12).end == .exit(30))
        #expect(try fanOut.helper(plan, attempt: 2).run().end == .exit(0))
        let last = try fanOut.lead(attempt: 2).run()
        #expect(last.end == .exit(0), "\(last.error)")
        #expect(try fanOut.bucket.get(FanOut.output) == alone.output)
        try fanOut.expectClean()
        let report = try fanOut.bucket.report("preserve/a.mp4")
        #expect(report.chunks?.made == 0 && report.chunks?.interruptions == 1, "\(report.chunks as Any)")
        #expect(report.cost?.others?.tasks ?? 0 >= 1)
    }

    @Test("The source is replaced during the work: helpers end, and the lead's next attempt encodes the new one")
    func replaced() throws {
        let fanOut = try FanOut()
        let lead = try fanOut.lead(["REELPRESS_SOURCE_CHECK": "0.1"]).start()
        let plan = try fanOut.plan()
        let helpers = try (0..<2).map { try fanOut.helper(plan, $0).start() }
        try Wait.until("helpers' claims") { try fanOut.bucket.keys("work/").count { $0.hasSuffix(".claim") } >= 3 }
        try fanOut.replaceSource()
        let outcome = try lead.wait()
        #expect(outcome.end == .exit(20) && outcome.error.contains("was overwritten"), "\(outcome.error)")
        for helper in helpers { #expect(try helper.wait().end == .exit(0)) }
        let last = try fanOut.lead(attempt: 2).run()
        #expect(last.end == .exit(0), "\(last.error)")
        let report = try fanOut.bucket.report("preserve/a.mp4")
        #expect(report.status == "done" && report.frames?.written == 50)
        try fanOut.expectClean()
    }

    @Test("A lead that dies between publishing and cleaning up: the next attempt cleans up", arguments: [false, true])
    func diesAfterPublishing(planIsGone: Bool) throws {
        let alone = try FanOut.alone.get()
        let bucket = try CloudBucket(.moto)
        let lead = Atomic<Int32>(0)
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            let isMoment =
                planIsGone
                ? request.hasPrefix("DELETE") && request.contains("/plan.json")
                : request.hasPrefix("PUT") && request.contains("/\(FanOut.output)")
            // The server still gets the request.
            if isMoment { FanOut.kill(lead.load(ordering: .sequentiallyConsistent)) }
        }
        defer { proxy.stop() }
        let fanOut = try FanOut(bucket, through: proxy.origin)
        let first = try fanOut.lead().start()
        lead.store(first.process, ordering: .sequentiallyConsistent)
        #expect(try first.wait().end == .signal(SIGKILL))
        try Wait.until("the output") { try bucket.keys("output/") == [FanOut.output] }
        try Wait.until("the plan") { try bucket.keys("work/").contains { $0.hasSuffix("/plan.json") } != planIsGone }
        #expect(try bucket.keys("work/").count { $0.hasSuffix(".chunk") } == FanOut.chunks)
        // A helper has nothing to encode.
        let folder = try #require(try bucket.keys("work/").first).split(separator: "/").prefix(2).joined(separator: "/")
        #expect(try fanOut.helper("\(folder)/plan.json").run().end == .exit(0))
        let last = try fanOut.lead(attempt: 2).run()
        #expect(last.end == .exit(0), "\(last.error)")
        #expect(try bucket.get(FanOut.output) == alone.output)
        try fanOut.expectClean()
        #expect(try bucket.report("preserve/a.mp4").status == "unchanged")
    }

    @Test("Chunks that can't be removed after publishing are a note") func notRemoved() throws {
        let bucket = try CloudBucket(.moto)
        let proxy = FaultProxy(to: bucket.server.process.port, refused: ["DELETE ", "/work/"])
        defer { proxy.stop() }
        let outcome = try FanOut(bucket, through: proxy.origin).lead().run()
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try bucket.get(FanOut.output) == FanOut.alone.get().output)
        let report = try bucket.report("preserve/a.mp4")
        #expect(report.status == "done" && report.noteDetails?.map(\.kind) == ["uploads-not-removed"])
        #expect(report.notes.first?.contains("work/") == true, "\(report.notes)")
    }

    /// Helpers that are wanted on AWS Batch, as moto has it.
    private static func wanted(queue: String) -> [String: String] {
        [
            "REELPRESS_HELPERS": "3", "REELPRESS_HELPER_QUEUE": queue,
            "REELPRESS_HELPER_DEFINITION": BatchServer.definition, "REELPRESS_HELPER_WORK": "0.1",
        ]
    }

    @Test("Helpers that are submitted and never start cost nothing") func neverStart() throws {
        _ = BatchServer.origin
        let fanOut = try FanOut()
        let lead = try fanOut.lead(Self.wanted(queue: BatchServer.queue)).start()
        let identity = try fanOut.plan().split(separator: "/")[1]
        let outcome = try lead.wait()
        #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        #expect(try fanOut.bucket.get(FanOut.output) == FanOut.alone.get().output)
        try fanOut.expectClean()
        let names = String(decoding: try BatchServer.names(), as: UTF8.self)
        // The array job and, as moto lists them, its children.
        #expect(names.components(separatedBy: "reelpress-helper-\(identity.prefix(16))").count == 1 + 4, "\(names)")
        let report = try fanOut.bucket.report("preserve/a.mp4")
        #expect(report.notes == [] && report.chunks?.workers == 1 && report.cost?.others == nil)
    }

    @Test("Helpers that Batch refuses are a note, and the lead encodes everything") func refused() throws {
        _ = BatchServer.origin
        let fanOut = try FanOut()
        let outcome = try fanOut.lead(Self.wanted(queue: "unknown")).run()
        #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        #expect(try fanOut.bucket.get(FanOut.output) == FanOut.alone.get().output)
        try fanOut.expectClean()
        let report = try fanOut.bucket.report("preserve/a.mp4")
        #expect(report.noteDetails?.map(\.kind) == ["helpers-missing"])
        #expect(report.notes.first?.contains("SubmitJob") == true, "\(report.notes)")
    }
}
