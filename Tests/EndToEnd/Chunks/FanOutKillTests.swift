import Glibc
import Synchronization
import TestSupport
import Testing

/// A lead and three helpers, killed at seeded moments and started again as AWS Batch does. The output has the bytes of one
/// worker, nothing is left, and each chunk was made at most once more than there were kills. More of them by FAN_OUT_RUNS.
@Suite("Chunks / helpers that are killed") struct FanOutKillTests {
    private static let seeds = 1...Soak.count("FAN_OUT_RUNS", usual: 2)

    /// One worker of the run.
    private struct Member {
        /// Nil for the lead.
        var helper: Int?
        var attempt = 1
        /// Nil once it has ended well.
        var running: RunningCommand?

        /// Kills it.
        ///
        /// - Returns: false if it had ended before.
        mutating func kill(_ signal: Int32) throws -> Bool {
            guard let running else { return false }
            if let outcome = try running.outcomeIfEnded() {
                end(outcome)
                return false
            }
            if signal == SIGKILL { FanOut.kill(running.process) } else { running.send(signal) }
            let outcome = try running.wait(within: 12)
            // A SIGTERM before the program has begun is the system's to handle. A lead that gets one while it removes
            // what the output was made of has done its work: the next job of the source, or a rule, removes the rest.
            if outcome.end == .exit(30) || outcome.end == .signal(signal) || outcome.end == .exit(0) && helper == nil {
                attempt += 1
                self.running = nil
            } else {
                end(outcome)
            }
            return true
        }

        mutating func end(_ outcome: CommandOutcome) {
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            running = nil
        }
    }

    /// What the workers ask of the bucket about chunks.
    private final class Requests: Sendable {
        private struct State {
            var claims: Set<String> = []
            /// Looks whether a chunk is there, which a worker takes before it publishes its own, and an assembly later.
            var looks: [String: Int] = [:]
            var made: [String: Int] = [:]
        }

        private let state = Mutex(State())

        func note(_ request: String) {
            let words = request.split(separator: " ")
            guard words.count > 1, let name = words[1].split(separator: "/").last.map(String.init) else { return }
            let chunk = String(name.prefix { $0 != "." })
            state.withLock { state in
                switch (words[0], name.hasSuffix(".claim"), name.hasSuffix(".chunk")) {
                case ("PUT", true, _): state.claims.insert(name)
                case ("HEAD", _, true): state.looks[chunk, default: 0] += 1
                // Until the last one, nobody assembles.
                case ("PUT", _, true): state.made = state.looks
                default: break
                }
            }
        }

        /// Claims of all chunks. One more than chunks that were begun where a worker ended just before it was seen.
        var claims: Int { state.withLock { $0.claims.count } }

        /// How often each chunk was encoded.
        var made: [String: Int] { state.withLock { $0.made } }
    }

    @Test("Killed leads and helpers", arguments: seeds)
    func kills(seed: Int) throws {
        let alone = try FanOut.alone.get()
        var random = SeededGenerator(seed: UInt64(seed))
        let bucket = try CloudBucket(.moto)
        let requests = Requests()
        let proxy = FaultProxy(to: bucket.server.process.port) { requests.note($0) }
        defer { proxy.stop() }
        let fanOut = try FanOut(bucket, through: proxy.origin)
        var members = [Member(running: try fanOut.lead().start())]
        let plan = try fanOut.plan()
        for index in 0..<3 { members.append(Member(helper: index, running: try fanOut.helper(plan, index).start())) }
        var kills = 0
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            usleep(UInt32(Double.random(in: 0..<alone.seconds / 2, using: &random) * 1e6))
            let index = Int.random(in: members.indices, using: &random)
            let signal = Bool.random(using: &random) ? SIGKILL : SIGTERM
            let attempt = members[index].attempt
            guard try members[index].kill(signal) else { continue }
            kills += 1
            guard members[index].attempt > attempt else { continue }
            let next = members[index].helper.map { fanOut.helper(plan, $0, attempt: attempt + 1) }
            members[index].running = try (next ?? fanOut.lead(attempt: attempt + 1)).start()
        }
        for index in members.indices {
            if let running = members[index].running { members[index].end(try running.wait()) }
        }
        #expect(try bucket.get(FanOut.output) == alone.output)
        try fanOut.expectClean()
        let made = requests.made
        #expect(made.count == FanOut.chunks && made.values.allSatisfy { $0 <= kills + 1 }, "\(made)")
        let report = try bucket.report("preserve/a.mp4")
        let chunks = report.chunks
        print(
            "fan-out, seed \(seed): \(kills) kills, \(requests.claims) claims of \(FanOut.chunks) chunks, each made at most "
                + "\(made.values.max() ?? 0) times, \(chunks?.workers ?? 0) workers, "
                + "\(chunks?.helped ?? 0) chunks by helpers")
    }
}
