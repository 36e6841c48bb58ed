import Glibc
import Synchronization
import Testing
import Threads

@testable import AWSCore

@Suite("CredentialCache") struct CredentialCacheTests {
    /// Answers as its list says, the last answer for ever; nil is a failure. Keys are named after their end.
    private final class ScriptedSource: CredentialSource {
        private let state: Mutex<(answers: [Int?], count: Int)>
        private let mayAnswer: @Sendable (_ count: Int) -> Bool
        init(_ ends: [Int?], mayAnswer: @escaping @Sendable (_ count: Int) -> Bool = { _ in true }) {
            state = Mutex((ends, 0))
            self.mayAnswer = mayAnswer
        }
        var count: Int { state.withLock { $0.count } }
        func credentials() throws(AWSError) -> Credentials {
            let (end, count) = state.withLock { state in
                state.count += 1
                return (state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0], state.count)
            }
            while !mayAnswer(count) { usleep(1000) }
            guard let end else { throw AWSError(.credentials, message: "down") }
            return Credentials(accessKeyID: "\(end)", secretAccessKey: "s", expiration: Timestamp(seconds: end))
        }
    }

    @Test("A failed refresh keeps keys that are still valid") func failedRefresh() throws {
        let clock = Clock()
        let source = ScriptedSource([3600, nil])
        let cache = CredentialCache(source) { clock.now }
        #expect(try cache.credentials().accessKeyID == "3600")
        clock.set(3100)
        #expect(try cache.credentials().accessKeyID == "3600")
        // The service that is down isn't asked again at each request.
        #expect(try cache.credentials().accessKeyID == "3600")
        #expect(source.count == 2)
        clock.set(3600)
        #expect(throws: AWSError.self) { try cache.credentials() }
    }

    @Test("Keys are refreshed before they expire") func earlyRefresh() throws {
        let clock = Clock()
        let cache = CredentialCache(ScriptedSource([3600, 7200])) { clock.now }
        #expect(try cache.credentials().accessKeyID == "3600")
        clock.set(3600 - 901)
        #expect(try cache.credentials().accessKeyID == "3600")
        clock.set(3600 - 599)
        #expect(try cache.credentials().accessKeyID == "7200")
    }

    @Test("Refresh times are spread over five minutes") func spread() throws {
        // Whether keys that end at 10,000 are fresh at 10,000 - 750 differs from cache to cache.
        let refreshed = try (0..<64).count { _ in
            let clock = Clock()
            let cache = CredentialCache(ScriptedSource([10_000, 20_000])) { clock.now }
            _ = try cache.credentials()
            clock.set(10_000 - 750)
            return try cache.credentials().accessKeyID == "20000"
        }
        #expect(1...63 ~= refreshed)
    }

    /// Which keys the threads of a test got.
    private final class Seen: Sendable {
        private let keys = Mutex<[String: Int]>([:])
        var all: [String: Int] { keys.withLock { $0 } }
        func ask(_ cache: CredentialCache) {
            let id = (try? cache.credentials())?.accessKeyID ?? "none"
            keys.withLock { $0[id, default: 0] += 1 }
        }
    }

    @Test("One thread refreshes while others use the old keys") func concurrentRefresh() throws {
        let clock = Clock()
        let seen = Seen()
        // The second request is answered only once all the others have gone on.
        let source = ScriptedSource([3600, 7200]) { count in count < 2 || seen.all["3600"] == 7 }
        let cache = CredentialCache(source) { clock.now }
        _ = try cache.credentials()
        clock.set(3600 - 599)
        let threads = WorkQueue<Int, Never>(named: "a test", threads: 8) { _, _ in seen.ask(cache) }
        for number in 0..<8 { try threads.add(number) }
        threads.finish()
        #expect(seen.all == ["3600": 7, "7200": 1])
        #expect(source.count == 2)
    }

    @Test("Without keys all threads wait for one request") func concurrentFirstRequest() throws {
        let clock = Clock()
        let source = ScriptedSource([3600]) { _ in clock.now.seconds > 0 }
        let cache = CredentialCache(source) { Timestamp(seconds: 0) }
        let seen = Seen()
        let threads = WorkQueue<Int, Never>(named: "a test", threads: 8) { _, _ in seen.ask(cache) }
        for number in 0..<8 { try threads.add(number) }
        for _ in 0..<2000 where source.count == 0 { usleep(1000) }
        #expect(seen.all.isEmpty)
        clock.set(1)
        threads.finish()
        #expect(seen.all == ["3600": 8])
        #expect(source.count == 1)
    }

    @Test("Keys that expire soon are not requested each time") func shortLivedKeys() throws {
        let clock = Clock()
        let source = ScriptedSource([300, 300, 600])
        let cache = CredentialCache(source) { clock.now }
        for _ in 0..<5 { _ = try cache.credentials() }
        #expect(source.count == 1)
        clock.set(61)
        for _ in 0..<5 { _ = try cache.credentials() }
        #expect(source.count == 2)
    }

    @Test("Keys that the service refused are forgotten") func invalidation() throws {
        let cache = CredentialCache(ScriptedSource([3600, 7200])) { Timestamp(seconds: 0) }
        let first = try cache.credentials()
        cache.invalidate(first)
        #expect(try cache.credentials().accessKeyID == "7200")
        cache.invalidate(first)
        #expect(try cache.credentials().accessKeyID == "7200")
    }
}

/// A clock that stands still until it is set.
private final class Clock: Sendable {
    private let seconds = Mutex(0)
    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func set(_ value: Int) { seconds.withLock { $0 = value } }
}
