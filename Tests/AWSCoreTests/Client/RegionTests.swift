import HTTP
import TestSupport
import Testing
import Threads

@testable import AWSCore

@Suite("Regions of buckets") struct RegionTests {
    /// The ways in which S3 says that the region is another.
    enum Refusal: CaseIterable {
        case movedWithHeader, malformedWithElement, headWithoutBody, temporaryRedirect, forbiddenWithHeader

        var answer: ScriptedAnswer {
            let header = [("x-amz-bucket-region", "eu-west-3")]
            return switch self {
            case .movedWithHeader: .error(301, "PermanentRedirect", headers: header)
            case .malformedWithElement:
                .error(400, "AuthorizationHeaderMalformed", extra: "<Region>eu-west-3</Region>")
            case .headWithoutBody: .status(400, headers: header)
            case .temporaryRedirect: .error(307, "TemporaryRedirect", headers: header)
            case .forbiddenWithHeader: .status(403, headers: header)
            }
        }
    }

    @Test("The region is corrected and remembered", arguments: Refusal.allCases) func correction(_ refusal: Refusal)
        throws
    {
        let s3 = ScriptedS3 { request, _ in
            request.region == "eu-west-3"
                ? request.method == "HEAD" ? ScriptedS3.found(size: 7) : ScriptedS3.stored : refusal.answer
        }
        _ = try s3.client.putObject(ScriptedS3.place, [1])
        #expect(s3.server.requests.map(\.region) == ["us-east-1", "eu-west-3"])
        _ = try s3.client.headObject(ObjectLocation(bucket: "bucket", key: "other"))
        #expect(s3.server.requests.map(\.region) == ["us-east-1", "eu-west-3", "eu-west-3"])
        // Another bucket may lie elsewhere.
        _ = try s3.client.putObject(ObjectLocation(bucket: "second", key: "k"), [1])
        #expect(s3.server.requests.map(\.region)[3...] == ["us-east-1", "eu-west-3"])
    }

    @Test("A correction costs no try") func attempts() throws {
        let s3 = ScriptedS3(retry: RetryPolicy(maxAttempts: 1)) { request, _ in
            request.region == "eu-west-3" ? ScriptedS3.stored : Refusal.movedWithHeader.answer
        }
        #expect(try s3.client.putObject(ScriptedS3.place, [1, 2]) == "\"e\"")
        #expect(s3.server.requests.last?.body == [1, 2])
    }

    @Test("Threads that were refused together all recover") func threads() throws {
        let s3 = ScriptedS3(retry: RetryPolicy(maxAttempts: 1)) { request, _ in
            if request.region == "eu-west-3" { return ScriptedS3.found(size: 1) }
            return ScriptedAnswer(pieces: [(200, Refusal.headWithoutBody.answer.pieces[0].bytes)])
        }
        let failures = Monitor(0)
        let threads = WorkQueue<Int, Never>(named: "a test", threads: 6) { [client = s3.client] _, _ in
            if (try? client.headObject(ScriptedS3.place)) == nil { failures.withLock { $0 += 1 } }
        }
        for number in 0..<6 { try threads.add(number) }
        threads.finish()
        #expect(failures.withLock { $0 } == 0)
    }

    @Test("A hostile region isn't followed", arguments: ["evil.example/", "a@b", "", "EU", "x#y"]) func hostileRegion(
        _ region: String
    ) {
        let s3 = ScriptedS3 { _, _ in .error(301, "PermanentRedirect", headers: [("x-amz-bucket-region", region)]) }
        let error = #expect(throws: AWSError.self) { try s3.client.headObject(ScriptedS3.place) }
        #expect(error?.status == 301 && s3.server.requests.count == 1)
    }

    @Test("A server that redirects in circles is an error") func circles() {
        let s3 = ScriptedS3 { request, _ in
            let other = request.region == "eu-west-3" ? "eu-west-1" : "eu-west-3"
            return .error(301, "PermanentRedirect", headers: [("x-amz-bucket-region", other)])
        }
        let error = #expect(throws: AWSError.self) { try s3.client.headObject(ScriptedS3.place) }
        #expect(error?.status == 301 && s3.server.requests.count < 6)
    }
}
