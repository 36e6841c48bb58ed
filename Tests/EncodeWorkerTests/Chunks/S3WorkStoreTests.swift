import AWSCore
import ArgumentParser
import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

struct S3WorkStoreTests {
    private static func store(_ origin: String, bucket: String = "work") throws -> S3Store {
        let environment = AWSEnvironment([
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": origin, "AWS_MAX_ATTEMPTS": "3",
        ])
        let settings = try SettingsOptions.parse([]).resolve(environment)
        return try StoreLocator(settings, environment, interruption: Cancellation()).bucket(bucket)
    }

    private static let bucket = {
        MotoServer.makeBucket("chunk-store")
        return "chunk-store"
    }()

    private static func moto() throws -> S3Store {
        try store(MotoServer.shared.origin, bucket: bucket)
    }

    private func write(_ bytes: [UInt8], _ staged: any StagedObject) throws {
        try staged.sink.reserveHead(capacity: 0)
        try bytes.withUnsafeBytes { try staged.sink.write($0, at: 0) }
    }

    // MARK: A server that we didn't write

    @Test("in a bucket, an object is created once, listed with its time, read and removed")
    func objects() throws {
        let store = try Self.moto()
        let prefix = "work/objects/"
        let before = Int64(Timestamp.now.seconds) * 1_000_000_000
        #expect(try store.putNew(prefix + "0.claim", [1, 2, 3]))
        #expect(try !store.putNew(prefix + "0.claim", [4]))
        #expect(try store.putNew(prefix + "0.claim", [1, 2, 3]), "equal bytes are one's own")
        #expect(try store.contents(prefix + "0.claim", limit: 10) == [1, 2, 3])
        #expect(try store.contents(prefix + "1.claim", limit: 10) == nil)
        let found = try store.entries(below: prefix)
        #expect(found.map(\.key) == [prefix + "0.claim"] && found.map(\.size) == [3])
        let age = try #require(found.first).time - before
        #expect(age >= 0 && age < 60_000_000_000)
        try store.remove(prefix + "0.claim")
        try store.remove(prefix + "0.claim")
        #expect(try store.entries(below: prefix).isEmpty)
    }

    @Test("in a bucket, the first published chunk counts", arguments: [100, 9 << 20])
    func chunks(size: Int) throws {
        let store = try Self.moto()
        let key = "work/chunks-\(size)/0.chunk"
        let (one, other) = (store.createWork(key), store.createWork(key))
        try write([UInt8](repeating: 1, count: size), one)
        try write([UInt8](repeating: 2, count: size), other)
        #expect(try other.publish(as: .free(key)))
        #expect(try !one.publish(as: .free(key)))
        #expect(try store.openWork(key)?.bytes(at: 0, 1) == [2])
        try store.remove(key)
    }

    @Test("uploads that were begun below a prefix are aborted, and their writers get an error")
    func uploads() throws {
        let store = try Self.moto()
        let staged = store.createWork("work/uploads/0.chunk")
        let apart = store.createWork("work/apart/0.chunk")
        try write([UInt8](repeating: 1, count: 9 << 20), staged)
        try write([UInt8](repeating: 1, count: 9 << 20), apart)
        try store.removeStaged(below: "work/uploads/")
        #expect(throws: ReportedError.self) { try staged.publish(as: .free("work/uploads/0.chunk")) }
        #expect(try apart.publish(as: .free("work/apart/0.chunk")))
        try store.remove("work/apart/0.chunk")
    }

    // MARK: A scripted server

    /// A server with one object, whose answers to PutObject are scripted.
    private func server(
        _ puts: [ScriptedAnswer], stored: [UInt8]
    ) -> (server: ScriptedServer, puts: Counter) {
        let counter = Counter()
        let server = ScriptedServer { request in
            let headers = [("ETag", "\"e\"")]
            switch request.method {
            case "PUT": return puts[min(counter.next(), puts.count) - 1]
            case "HEAD": return .status(200, headers: headers, length: stored.count)
            default:
                let range = "bytes 0-\(stored.count - 1)/\(stored.count)"
                return .bytes(206, headers: headers + [("Content-Range", range)], stored)
            }
        }
        return (server, counter)
    }

    @Test("412 is another writer's object, unless the bytes are one's own: the answer was lost")
    func preconditionFailed() throws {
        let refused = ScriptedAnswer.error(412, "PreconditionFailed")
        let (other, _) = server([refused], stored: [9, 9, 9])
        #expect(try !Self.store(other.origin).putNew("work/x/0.claim", [1, 2, 3]))
        #expect(other.requests.first?["if-none-match"] == "*")
        let (own, puts) = server([.reset, refused], stored: [1, 2, 3])
        #expect(try Self.store(own.origin).putNew("work/x/0.claim", [1, 2, 3]))
        #expect(puts.value == 2)
    }

    @Test("409 is tried again, and then somebody is writing")
    func conflict() throws {
        let conflict = ScriptedAnswer.error(409, "ConditionalRequestConflict")
        let (once, puts) = server([conflict, .status(200, headers: [("ETag", "\"e\"")])], stored: [9])
        #expect(try Self.store(once.origin).putNew("work/x/0.claim", [1]))
        #expect(puts.value == 2)
        let (always, _) = server([conflict], stored: [9])
        #expect(try !Self.store(always.origin).putNew("work/x/0.claim", [1]))
    }

    @Test("a chunk that another worker publishes in the same moment is lost, not an error", arguments: [409, 412])
    func chunkConflict(status: Int) throws {
        let code = status == 412 ? "PreconditionFailed" : "ConditionalRequestConflict"
        let server = ScriptedServer { request in
            switch request.method {
            case "PUT": .error(status, code)
            default: .status(404)
            }
        }
        let store = try Self.store(server.origin)
        let staged = store.createWork("work/x/0.chunk")
        try write([1, 2, 3], staged)
        #expect(try !staged.publish(as: .free("work/x/0.chunk")))
        let puts = server.requests.filter { $0.method == "PUT" }
        #expect(puts.allSatisfy { $0["if-none-match"] == "*" } && puts.count == (status == 412 ? 1 : 3))
    }

    @Test("any other answer is an error")
    func refusal() throws {
        let (denied, _) = server([.error(403, "AccessDenied")], stored: [9])
        let error = #expect(throws: ReportedError.self) { try Self.store(denied.origin).putNew("work/x/0.claim", [1]) }
        #expect(error?.code == .accessDenied)
    }

    @Test("a listing of many pages is whole")
    func pages() throws {
        let server = ScriptedServer { request in
            let isLast = request.target.contains("continuation-token=more")
            let name = isLast ? "plan.json" : "0.chunk"
            let next =
                isLast ? "" : "<IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken>"
            return .status(
                200,
                "<ListBucketResult>\(next)<Contents><Key>work/x/\(name)</Key><Size>5</Size><ETag>\"e\"</ETag>"
                    + "<LastModified>2026-01-31T23:59:59.000Z</LastModified></Contents></ListBucketResult>")
        }
        let found = try Self.store(server.origin).entries(below: "work/x/")
        #expect(found.map(\.key) == ["work/x/0.chunk", "work/x/plan.json"])
        #expect(found.map(\.time) == [1_769_903_999_000_000_000, 1_769_903_999_000_000_000])
    }
}
