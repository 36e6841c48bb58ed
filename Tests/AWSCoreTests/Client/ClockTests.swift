import TestSupport
import Testing

@testable import AWSCore

@Suite("Clock skew") struct ClockTests {
    private static func isSignedAhead(_ request: ScriptedRequest, by seconds: Int) -> Bool {
        guard let text = request["x-amz-date"] else { return false }
        let allowed = (-100...100).map { Timestamp(seconds: Timestamp.now.seconds + seconds + $0).basic }
        return allowed.contains(text)
    }

    @Test("Clock skew is corrected by the server's Date header and remembered", arguments: [3600, -7200, 86400 * 40])
    func correction(_ skew: Int) throws {
        let s3 = ScriptedS3(retry: RetryPolicy(maxAttempts: 1)) { request, _ in
            Self.isSignedAhead(request, by: skew)
                ? ScriptedS3.found(size: 1)
                : .error(403, "RequestTimeTooSkewed", headers: [("Date", ScriptedS3.date(in: skew))])
        }
        for _ in 0..<2 { _ = try s3.client.headObject(ScriptedS3.place) }
        #expect(s3.server.requests.count == 3)
    }

    @Test("A refused HEAD without a body corrects the clock too") func headWithoutBody() throws {
        let s3 = ScriptedS3 { request, _ in
            Self.isSignedAhead(request, by: 3600)
                ? ScriptedS3.found(size: 1) : .status(403, headers: [("Date", ScriptedS3.date(in: 3600))])
        }
        #expect(try s3.client.headObject(ScriptedS3.place).size == 1)
    }

    @Test("Batch's codes for clock skew are known") func batchCodes() throws {
        let server = ScriptedServer { request in
            Self.isSignedAhead(request, by: 900)
                ? .status(200, "{\"jobs\":[]}")
                : .status(
                    403,
                    headers: [("Date", ScriptedS3.date(in: 900)), ("x-amzn-ErrorType", "InvalidSignatureException")],
                    "{\"message\":\"Signature expired\"}")
        }
        let client = BatchClient(
            AWSConfiguration(
                region: "us-east-1", credentials: Credentials(accessKeyID: "A", secretAccessKey: "s"),
                endpoint: server.origin))
        #expect(try client.describeJobs(["j"]).isEmpty)
        #expect(server.requests.count == 2)
    }

    @Test("A refusal with a correct clock isn't repeated") func correctClock() {
        let s3 = ScriptedS3 { _, _ in .error(403, "SignatureDoesNotMatch", headers: [("Date", ScriptedS3.date(in: 20))])
        }
        let error = #expect(throws: AWSError.self) { try s3.client.headObject(ScriptedS3.place) }
        #expect(error?.status == 403 && s3.server.requests.count == 1)
    }
}
