import AWSCore
import Containers
import Findings
import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// The session over a folder, with chunks of a few bytes: their index and their lead-in.
struct ChunkSessionTests {
    private let files: TemporaryFolder
    private let folder: WorkFolder

    init() throws {
        files = try TemporaryFolder()
        folder = try WorkFolder(plannedIn: files)
    }

    /// A worker on a machine of its own.
    private func worker() -> ChunkWorker {
        var worker = ChunkWorker(AWSEnvironment([:]))
        worker.machine = ChunkWorker.randomText()
        return worker
    }

    private static func write(_ text: String, _ sink: any ByteSink) throws {
        try sink.reserveHead(capacity: 0)
        try Array(text.utf8).withUnsafeBytes { try sink.write($0, at: 0) }
    }

    private static func encode(_ chunk: Int, _ leadIn: Int, _ sink: any ByteSink, _: Cancellation, _: () -> Void = {})
        throws
    {
        try write("\(chunk)/\(leadIn) ", sink)
    }

    private func session(
        _ worker: ChunkWorker? = nil, count: Int = 3, isLead: Bool = true, lanes: Int = 1,
        endHelpers: @escaping @Sendable () -> Void = {}, waitSeconds: Double = 0.01, watchSeconds: Double = 60,
        cancellation: Cancellation = Cancellation(),
        onEvent: @escaping @Sendable (ChunkEvent, ChunkCounts) -> Void = { _, _ in },
        _ encode: @escaping ChunkSession.Encode
    ) -> ChunkSession {
        ChunkSession(
            folder, count: count, worker: worker ?? self.worker(), isLead: isLead, lanes: lanes,
            endHelpers: endHelpers, waitSeconds: waitSeconds, watchSeconds: watchSeconds, cancellation: cancellation,
            onEvent: onEvent, encode: encode)
    }

    private static func join(_ chunks: [ChunkSource]) throws -> ChunkAssemblyEnd<String> {
        .done(try chunks.map { String(decoding: try $0.contents("", limit: 100), as: UTF8.self) }.joined())
    }

    private func claim(_ index: Int, by worker: ChunkWorker, generation: Int = 1) throws {
        #expect(try folder.putNew(.claim(ChunkName(index: index), generation: generation), worker))
    }

    private static func publish(_ index: Int, _ text: String, in folder: WorkFolder) throws {
        let staged = try folder.create(ChunkName(index: index))
        try write(text, staged.sink)
        #expect(try staged.publish(as: .free(folder.key(.chunk(ChunkName(index: index))))))
    }

    @Test("one lead makes all chunks, assembles them and leaves nothing", arguments: [1, 2, 5])
    func alone(lanes: Int) throws {
        let session = session(count: 12, lanes: lanes, Self.encode)
        let output = try session.run(Self.join)
        #expect(output == (0..<12).map { "\($0)/1 " }.joined())
        #expect(
            session.counts
                == ChunkCounts(total: 12, foundDone: 0, done: 12, made: 12, bytes: UInt64((output ?? "").utf8.count)))
        #expect(try files.files().isEmpty)
    }

    @Test("a lane that waits for a chunk of its own process shows no progress: that one may hang")
    func hang() throws {
        // Of the looks while the chunk is encoded: before, its own lane shows progress.
        let (cancellation, isBegun, steps) = (Cancellation(), Monitor(false), Monitor<[Int]>([]))
        let session = session(
            count: 2, lanes: 2, cancellation: cancellation,
            onEvent: { event, counts in
                guard counts.made == 1, isBegun.withLock({ $0 }), case .looked = event else { return }
                steps.withLock { $0.append(cancellation.progress.steps) }
            }
        ) { chunk, leadIn, sink, own, onInputEnd in
            if chunk == 0 {
                isBegun.withLock { $0 = true }
                steps.wait { $0.count >= 5 ? () : nil }
            }
            try Self.encode(chunk, leadIn, sink, own, onInputEnd)
        }
        #expect(try session.run(Self.join) == "0/1 1/1 ")
        #expect(Set(steps.withLock { $0 }.prefix(5)).count == 1)
    }

    @Test("several leads and helpers at one time: one output, and nothing is left")
    func together() throws {
        let outputs = Monitor<[String]>([])
        let threads = try (0..<6).map { number in
            let session = session(count: 20, isLead: number < 3, lanes: 2, Self.encode)
            return try OwnedThread(named: "a worker") {
                if number < 3 {
                    let output = try? session.run { chunks -> ChunkAssemblyEnd<String> in
                        guard case .done(let text) = try Self.join(chunks) else { return .nameTaken }
                        let isFirst = outputs.withLock { outputs in
                            if outputs.isEmpty { outputs.append(text) }
                            return outputs.count == 1 && outputs[0] == text
                        }
                        return isFirst ? .done(text) : .nameTaken
                    }
                    if output == .some(nil) { try? folder.cleanUp() }
                } else {
                    try? session.help()
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(outputs.withLock { $0 } == [(0..<20).map { "\($0)/1 " }.joined()])
        #expect(try files.files().isEmpty)
    }

    @Test("what an earlier attempt has made is not made again, and what it began is taken over")
    func resume() throws {
        let killed = worker()
        for index in 0..<3 { try claim(index, by: killed) }
        for index in [0, 2] { try Self.publish(index, "\(index)/1 ", in: folder) }
        let made = Mutex<[Int]>([])
        let session = session { chunk, leadIn, sink, _, _ in
            made.withLock { $0.append(chunk) }
            try Self.write("\(chunk)/\(leadIn) ", sink)
        }
        #expect(try session.run(Self.join) == "0/1 1/1 2/1 ")
        #expect(made.withLock { $0 } == [1])
        #expect(session.counts.foundDone == 2 && session.counts.takenOver == 1 && session.counts.made == 1)
    }

    @Test("a chunk whose seam does not match is made again from further back, as often as needed")
    func seams() throws {
        let session = session(worker(), Self.encode)
        let output = try session.run { chunks in
            chunks[1].name.round < 2 ? .seamMismatch(chunk: 1) : try Self.join(chunks)
        }
        #expect(output == "0/1 1/4 2/1 ")
        #expect(session.counts.again == 2 && session.counts.made == 5)
        #expect(try files.files().isEmpty)
        let endless = self.session(worker(), Self.encode)
        _ = try folder.first(.plan) { ["a plan"] }
        #expect(throws: ChunkSession.SeamsDiffer.self) {
            try endless.run { _ -> ChunkAssemblyEnd<String> in .seamMismatch(chunk: 0) }
        }
    }

    @Test("a chunk that is gone when it is read is made again")
    func missing() throws {
        let attempts = Counter()
        let output = try session(worker(), Self.encode).run { chunks in
            if attempts.next() == 1 {
                _ = try chunks[0].contents("", limit: 100)
                try folder.remove(.chunk(ChunkName(index: 1)))
            }
            return try Self.join(chunks)
        }
        #expect(output == "0/1 1/1 2/1 " && attempts.value == 2)
    }

    @Test("an error of one chunk ends all of them, and what was staged is gone")
    func failure() throws {
        let session = session(count: 8, lanes: 3) { chunk, leadIn, sink, cancellation, _ in
            try Self.write("half", sink)
            if chunk == 1 { throw ReportedError(.damagedSource, .decode, "damaged") }
            while true { try cancellation.check() }
        }
        let error = #expect(throws: ReportedError.self) { try session.run(Self.join) }
        #expect(error?.code == .damagedSource)
        #expect(try folder.list().keys.allSatisfy { $0.hasSuffix(".claim") || $0.hasSuffix("plan.json") })
    }

    @Test("a cancelled session ends with the reason and keeps what is done")
    func cancelling() throws {
        let cancellation = Cancellation(reason: ReportedError.interrupted)
        let session = session(count: 8, lanes: 2, cancellation: cancellation) { [folder] chunk, leadIn, sink, own, _ in
            try Self.write("\(chunk)/\(leadIn) ", sink)
            if chunk == 3 {
                // Another thread may be behind.
                try Wait.until("the first chunks") {
                    ChunkState(count: 8, try folder.list().entries).chunks.prefix(2).allSatisfy(\.isDone)
                }
                cancellation.cancel()
            }
            if chunk >= 3 { while true { try own.check() } }
        }
        #expect(throws: ReportedError.interrupted) { try session.run(Self.join) }
        let state = ChunkState(count: 8, try folder.list().entries)
        #expect(state.hasPlan && state.chunks.prefix(2).allSatisfy(\.isDone) && !state.isComplete)
    }

    @Test("a worker whose plan is gone removes what it wrote, and a lead starts anew", arguments: [true, false])
    func lateWorker(isLead: Bool) throws {
        let assemblies = Counter()
        let session = session(count: 1, isLead: isLead) { [folder] chunk, leadIn, sink, _, _ in
            try Self.write("late", sink)
            // Another lead publishes and cleans up, all but this worker's files.
            try folder.remove(.plan)
        }
        if isLead {
            let output = try session.run { chunks in
                _ = assemblies.next()
                return try Self.join(chunks)
            }
            #expect(output == nil && assemblies.value == 0)
        } else {
            try session.help()
        }
        #expect(try files.files().isEmpty)
    }

    @Test("a slow worker stops once another one's chunk is there")
    func overtaken() throws {
        let session = session(count: 1, watchSeconds: 0.01) { [folder] chunk, leadIn, sink, cancellation, _ in
            try Self.write("slow", sink)
            try Self.publish(0, "fast", in: folder)
            while true { try cancellation.check() }
        }
        #expect(try session.run(Self.join) == "fast")
        #expect(session.counts.lost == 1 && session.counts.made == 0)
    }

    @Test("a lead leaves a chunk to a living process of its machine and takes it over once that has ended")
    func mates() throws {
        let own = ChunkWorker(AWSEnvironment([:]))
        // Its own parent lives; a process with another start time does not.
        let mate = try #require(Self.other(own))
        #expect(mate.isLivingMate(of: own) && !own.isLivingMate(of: own))
        var dead = mate
        dead.started += 1
        #expect(!dead.isLivingMate(of: own))
        var stranger = mate
        stranger.machine = "another"
        #expect(!stranger.isLivingMate(of: own))

        try claim(0, by: mate)
        try claim(1, by: dead)
        let order = Mutex<[String]>([])
        let looks = Counter()
        let session = session(
            own, count: 2, endHelpers: { order.withLock { $0.append("ended") } },
            onEvent: { [folder] event, counts in
                guard event == .looked, counts.done == 1, looks.next() == 3 else { return }
                #expect(order.withLock { $0 } == ["1"])
                // The other process publishes at last.
                #expect(throws: Never.self) { try Self.publish(0, "late ", in: folder) }
            }
        ) { chunk, leadIn, sink, _, _ in
            order.withLock { $0.append("\(chunk)") }
            try Self.write("\(chunk)/\(leadIn) ", sink)
        }
        #expect(try session.run(Self.join) == "late 1/1 ")
        #expect(order.withLock { $0 } == ["1", "ended"])
    }

    /// The parent process as a worker.
    static func other(_ own: ChunkWorker) -> ChunkWorker? {
        var mate = own
        mate.process = getppid()
        let fields = (try? FileBytes.read("/proc/\(mate.process)/stat")).map { String(decoding: $0, as: UTF8.self) }?
            .split(separator: ")").last?.split(separator: " ")
        guard let fields, fields.count > 19, let started = UInt64(fields[19]) else { return nil }
        mate.started = started
        return mate
    }

    @Test("a chunk begins while the one before it is drained, and not earlier")
    func overlap() throws {
        let begun = Monitor<[Int]>([])
        let session = session(count: 4) { chunk, leadIn, sink, _, onInputEnd in
            let others = begun.withLock { begun in
                begun.append(chunk)
                return begun.count
            }
            #expect(others == chunk + 1)
            onInputEnd()
            // The last one has none after it.
            if chunk < 3 { #expect(begun.wait(atMost: 20) { $0.contains(chunk + 1) }) }
            try Self.write("\(chunk)/\(leadIn) ", sink)
        }
        #expect(try session.run(Self.join) == "0/1 1/1 2/1 3/1 ")
        let single = self.session(count: 3) { chunk, leadIn, sink, _, _ in
            #expect(begun.withLock { $0.count } == 4)
            begun.withLock { $0.append(9) }
            try Self.write("\(chunk)/\(leadIn) ", sink)
            begun.withLock { _ = $0.popLast() }
        }
        _ = try folder.first(.plan) { ["a plan"] }
        #expect(try single.run(Self.join) == "0/1 1/1 2/1 ")
    }
}
