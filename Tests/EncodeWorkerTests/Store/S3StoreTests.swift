import AWSCore
import ArgumentParser
import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// A bucket as the worker sees it, on a server that answers as S3 does where the other servers don't.
struct S3StoreTests {
    private func store(_ server: ScriptedServer) throws -> S3Store {
        let environment = AWSEnvironment([
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": server.origin,
        ])
        let settings = try SettingsOptions.parse([]).resolve(environment)
        return S3Store("bucket", try S3Session(settings, environment, interruption: Cancellation()))
    }

    private static let noObjects = ScriptedAnswer.status(200, "<ListBucketResult></ListBucketResult>")

    /// The words of S3: boto/boto3#1482.
    @Test("A source that is encrypted with a key of its owner's is refused for good") func ownKey() throws {
        let server = ScriptedServer { request in
            if request.method == "HEAD" { return .status(400) }
            if request.target.contains("list-type") { return Self.noObjects }
            let words =
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided "
                + "to retrieve the object."
            return .status(400, "<Error><Code>InvalidRequest</Code><Message>\(words)</Message></Error>")
        }
        defer { server.stop() }
        let error = #expect(throws: ReportedError.self) { try store(server).open("input/a.mp4") }
        #expect(error?.code == .refused && error.map { ExitStatus($0) } == .permanent, "\(String(describing: error))")
        #expect(error?.advice.contains("SSE-C") == true)
    }

    @Test("A refusal without a reason may be temporary") func noReason() throws {
        let heads = Counter()
        let server = ScriptedServer { request in
            if request.target.contains("list-type") { return Self.noObjects }
            if request.method == "GET" { return .status(416) }
            if heads.next() == 1 { return .status(400) }
            return .status(200, headers: [("ETag", "e")], length: 1)
        }
        defer { server.stop() }
        #expect(try store(server).open("input/a.mp4").etag == "e")
    }

    private func stage(_ server: ScriptedServer) throws -> (any StagedObject, OutputName) {
        let name = OutputName(key: "output/a.mp4", replaces: .nothing)
        let metadata = OutputMetadata(source: "input/a.mov", sourceETag: "e", settings: "s", version: "1")
        let staged = try store(server).create(name, metadata: metadata, limit: nil)
        try staged.sink.reserveHead(capacity: 0)
        try [UInt8](repeating: 7, count: 10).withUnsafeBytes { try staged.sink.write($0, at: 0) }
        return (staged, name)
    }

    /// 412: there is an object; 409: another request writes the key at the same time.
    @Test("An output whose name was taken meanwhile is not published", arguments: [409, 412])
    func nameTaken(status: Int) throws {
        let server = ScriptedServer { request in
            if request.target.contains("list-type") { return Self.noObjects }
            return request.method == "HEAD" ? .status(404) : .status(status, "<Error><Code>C</Code></Error>")
        }
        defer { server.stop() }
        let (staged, name) = try stage(server)
        #expect(try !staged.publish(as: name))
    }

    /// Not every server supports conditions of an upload.
    @Test("An object that is already there is not replaced by a server that ignores conditions") func taken() throws {
        let writes = Counter()
        let server = ScriptedServer { request in
            if request.target.contains("list-type") { return Self.noObjects }
            if request.method == "HEAD" { return .status(200, headers: [("ETag", "other")], length: 1) }
            _ = writes.next()
            return .status(200, headers: [("ETag", "e")])
        }
        defer { server.stop() }
        let (staged, name) = try stage(server)
        #expect(try !staged.publish(as: name) && writes.value == 0)
    }

    @Test("An output that is refused is an error, and no lost race") func publishRefused() throws {
        let server = ScriptedServer { request in
            if request.target.contains("list-type") { return Self.noObjects }
            return request.method == "HEAD"
                ? .status(404) : .status(403, "<Error><Code>AccessDenied</Code><Message>m</Message></Error>")
        }
        defer { server.stop() }
        let (staged, name) = try stage(server)
        let error = #expect(throws: ReportedError.self) { try staged.publish(as: name) }
        #expect(error?.code == .accessDenied)
    }

    @Test(
        "Only 404 means that there is no object", arguments: [(404, nil), (403, "access-denied")] as [(Int, String?)])
    func missing(status: Int, code: String?) throws {
        let server = ScriptedServer { request in
            request.target.contains("list-type") ? Self.noObjects : .status(status)
        }
        defer { server.stop() }
        let store = try store(server)
        for look in [{ try store.describe("a") == nil }, { try store.openWork("a") == nil }] {
            if let code {
                let error = #expect(throws: ReportedError.self) { try look() }
                #expect(error?.code.rawValue == code)
            } else {
                #expect(try look())
            }
        }
    }
}
