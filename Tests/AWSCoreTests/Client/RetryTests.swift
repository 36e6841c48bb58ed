import HTTP
import TestSupport
import Testing
import Threads

@testable import AWSCore

/// Which answers are asked for again, seen from the server.
@Suite("Retries") struct RetryTests {
    @Test(
        "Transient errors are repeated",
        arguments: [
            (500, "InternalError"), (502, ""), (503, "SlowDown"), (503, "ServiceUnavailable"), (504, ""), (429, ""),
            (400, "RequestTimeout"), (400, "ThrottlingException"), (400, "Throttling"), (400, "BandwidthLimitExceeded"),
            (403, "RequestLimitExceeded"), (400, "XAmzContentSHA256Mismatch"), (400, "BadDigest"),
            (400, "IncompleteBody"), (409, "OperationAborted"), (409, "ConditionalRequestConflict"),
        ])
    func transientErrors(_ status: Int, _ code: String) throws {
        let s3 = ScriptedS3 { _, index in index < 2 ? .error(status, code) : ScriptedS3.stored }
        #expect(try s3.client.putObject(ScriptedS3.place, [1, 2, 3]) == "\"e\"")
        #expect(s3.server.requests.map(\.body) == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
        #expect(s3.client.traffic.requests == 3 && s3.client.traffic.bytesSent == 9)
    }

    @Test(
        "Final errors are not repeated",
        arguments: [
            (400, "InvalidArgument"), (403, "AccessDenied"), (404, "NoSuchBucket"), (405, "MethodNotAllowed"),
            (409, "BucketNotEmpty"), (412, "PreconditionFailed"), (501, "NotImplemented"), (403, "ExpiredToken"),
        ])
    func finalErrors(_ status: Int, _ code: String) {
        let s3 = ScriptedS3 { _, _ in .error(status, code) }
        let error = #expect(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) }
        #expect(error?.status == status && error?.code == code && error?.isRetryable == false)
        #expect(s3.server.requests.count == 1)
    }

    @Test("Tries are counted") func attempts() {
        let s3 = ScriptedS3 { _, _ in .error(503, "SlowDown") }
        let error = #expect(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) }
        #expect(error?.code == "SlowDown" && error?.isRetryable == true)
        #expect(s3.server.requests.count == 4)
    }

    @Test("An empty quota ends retries") func emptyQuota() {
        // 12 tokens are two retries, whatever the calls are allowed.
        let policy = RetryPolicy(maxAttempts: 10, baseDelay: 1, maxDelay: 1, quota: 12)
        let s3 = ScriptedS3(retry: policy) { _, _ in .error(500, "InternalError") }
        for _ in 0..<5 { #expect(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) } }
        #expect(s3.server.requests.count == 5 + 2)
    }

    @Test("A patient client outlasts its tries and its quota, but does not hold up an abort") func patience() throws {
        let policy = RetryPolicy(maxAttempts: 2, baseDelay: 1, maxDelay: 1, quota: 12, patience: 60_000)
        let s3 = ScriptedS3(retry: policy) { request, index in
            if request.method == "DELETE" { return .error(500, "InternalError") }
            return 1...50 ~= index ? .error(500, "InternalError") : ScriptedS3.stored
        }
        _ = try s3.client.putObject(ScriptedS3.place, [1])
        #expect(try s3.client.putObject(ScriptedS3.place, [2]) == "\"e\"")
        #expect(s3.server.requests.count == 52)
        #expect(throws: AWSError.self) { try s3.client.abortMultipartUpload(ScriptedS3.place, uploadID: "u") }
        #expect(s3.server.requests.count == 54)
    }

    @Test("A patient client waits for a server, not for an upload that is gone", arguments: ["u", "another"])
    func removedUpload(listed: String) throws {
        let policy = RetryPolicy(maxAttempts: 2, baseDelay: 1, maxDelay: 1, patience: 60_000)
        let s3 = ScriptedS3(retry: policy) { request, index in
            if request.method == "GET" {
                return .status(
                    200,
                    "<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>\(listed)</UploadId></Upload>"
                        + "</ListMultipartUploadsResult>")
            }
            return 1...20 ~= index ? .error(500, "InternalError") : ScriptedS3.stored
        }
        _ = try s3.client.putObject(ScriptedS3.place, [1])
        let part = Result {
            try [UInt8](repeating: 1, count: 9).withUnsafeBytes {
                try s3.client.uploadPart(ScriptedS3.place, uploadID: "u", number: 1, $0)
            }
        }
        if listed == "u" {
            #expect(try part.get().etag == "\"e\"")
        } else {
            #expect(#expect(throws: AWSError.self) { try part.get() }?.code == "NoSuchUpload")
            #expect(s3.server.requests.count == 4)
        }
    }

    @Test("The server's delay is waited for", arguments: [[("Retry-After", "1")], [("x-amz-retry-after", "900")]])
    func serverDelay(_ headers: [(String, String)]) throws {
        let s3 = ScriptedS3 { _, index in
            index == 0 ? .error(503, "SlowDown", headers: headers) : ScriptedS3.stored
        }
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try s3.client.putObject(ScriptedS3.place, [1]) }
        // The client's own pauses are 5 ms at most.
        #expect(time >= .milliseconds(900))
    }

    @Test("Retry-After is read in both forms") func retryAfter() {
        func delay(_ name: String, _ value: String) -> Int? {
            ErrorResponse.delay(HTTPResponse(status: 503, headers: [name: value]))
        }
        #expect(delay("Retry-After", "3") == 3000 && delay("Retry-After", "-3") == 0)
        #expect(delay("Retry-After", "soon") == nil && delay("x-amz-retry-after", "250") == 250)
        let inAMinute = delay("Retry-After", ScriptedS3.date(in: 60))
        #expect(inAMinute.map { 50_000...60_000 ~= $0 } == true)
    }

    @Test("Lost connections are repeated", arguments: [ScriptedAnswer.End.reset, .close]) func lostConnections(
        _ end: ScriptedAnswer.End
    )
        throws
    {
        let s3 = ScriptedS3 { _, index in
            index < 2 ? ScriptedAnswer(pieces: [], end: end) : ScriptedS3.stored
        }
        #expect(try s3.client.putObject(ScriptedS3.place, [5]) == "\"e\"")
        #expect(s3.server.requests.count == 3)
    }

    @Test("Silence times out and is repeated") func silence() throws {
        let s3 = ScriptedS3(timeouts: HTTPTimeouts(connect: 5, stall: 1)) { _, index in
            index == 0 ? .silence(milliseconds: 4000) : ScriptedS3.stored
        }
        #expect(try s3.client.putObject(ScriptedS3.place, [5]) == "\"e\"")
    }

    @Test("A closed port is an error") func closedPort() {
        let configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: "A", secretAccessKey: "s"),
            endpoint: "http://127.0.0.1:\(Socket.freePort())", retry: RetryPolicy(maxAttempts: 2, baseDelay: 1))
        let client = S3Client(configuration)
        let error = #expect(throws: AWSError.self) { try client.headObject(ScriptedS3.place) }
        #expect(error?.kind == .transport && error?.isRetryable == true && error?.operation == "HeadObject")
        #expect(client.traffic.requests == 2)
    }

    @Test("Expired keys are replaced once") func expiredKeys() throws {
        let source = Rotating()
        let s3 = ScriptedS3(credentials: source) { request, _ in
            request["authorization"]?.contains("Credential=NEW/") == true
                ? ScriptedS3.stored : .error(400, "ExpiredToken")
        }
        #expect(try s3.client.putObject(ScriptedS3.place, [1]) == "\"e\"")
        #expect(s3.server.requests.count == 2)
    }

    /// Gives new keys once the old ones were refused.
    private final class Rotating: CredentialSource {
        private let isRefused = Monitor(false)
        func credentials() throws(AWSError) -> Credentials {
            Credentials(accessKeyID: isRefused.withLock { $0 } ? "NEW" : "OLD", secretAccessKey: "s")
        }
        func invalidate(_ credentials: Credentials) { isRefused.withLock { $0 = true } }
    }
}
