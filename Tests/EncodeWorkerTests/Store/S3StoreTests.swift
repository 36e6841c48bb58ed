import AWSCore
import ArgumentParser
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
}
