import AWSCore
import Findings
import Testing

@testable import EncodeWorker

struct AWSErrorTests {
    private func end(_ error: AWSError, isSource: Bool) -> (code: String, exit: Int32) {
        let error = ReportedError(error, .open, isSource: isSource)
        let code = error.code.rawValue
        return (code, ExitStatus(error).rawValue)
    }

    private func service(_ status: Int, _ code: String, isRetryable: Bool = false) -> AWSError {
        AWSError(.service, service: "s3", status: status, code: code, message: "x", isRetryable: isRetryable)
    }

    @Test(
        "code and status decide the error",
        arguments: [
            (403, "AccessDenied", false, "access-denied", 10), (404, "NoSuchKey", false, "no-source", 10),
            (404, "NoSuchBucket", false, "no-source", 10), (404, "NoSuchVersion", false, "no-source", 10),
            (503, "SlowDown", true, "input-output", 20), (500, "InternalError", true, "input-output", 20),
            (400, "ExpiredToken", false, "input-output", 20), (403, "InvalidAccessKeyId", false, "credentials", 2),
            (403, "SignatureDoesNotMatch", false, "credentials", 2),
            (416, "InvalidRange", false, "modified-source", 20),
            (404, "NoSuchUpload", false, "upload-gone", 20), (400, "EntityTooLarge", false, "refused", 10),
            (400, "400", false, "input-output", 20), (400, "InvalidStorageClass", false, "bad-setting", 2),
            (412, "PreconditionFailed", false, "output-taken", 20),
            (403, "InvalidObjectState", false, "archived-source", 10), (400, "InvalidRequest", false, "refused", 10),
        ] as [(Int, String, Bool, String, Int32)])
    func service(status: Int, code: String, isRetryable: Bool, name: String, exit: Int32) {
        #expect(end(service(status, code, isRetryable: isRetryable), isSource: true) == (name, exit))
    }

    @Test("a missing bucket of outputs is refused")
    func missingBucket() {
        #expect(end(service(404, "NoSuchBucket"), isSource: false) == ("refused", 10))
    }

    @Test(
        "the kind decides the error",
        arguments: [
            (.transport, true, "input-output", 20), (.malformedResponse, false, "input-output", 20),
            (.modified, false, "modified-source", 20), (.cancelled, false, "interrupted", 30),
            (.configuration, false, "bad-setting", 2), (.credentials, false, "credentials", 2),
            (.credentials, true, "input-output", 20),
        ] as [(AWSError.Kind, Bool, String, Int32)])
    func kind(kind: AWSError.Kind, isRetryable: Bool, name: String, exit: Int32) {
        #expect(end(AWSError(kind, message: "x", isRetryable: isRetryable), isSource: true) == (name, exit))
    }

    @Test("message and advice are separate")
    func advice() throws {
        let error = AWSError(
            .service, service: "s3", operation: "GetObject", resource: "s3://b/k", status: 403, code: "AccessDenied",
            message: "Access Denied")
        let failure = ReportedError(error, .demux, isSource: true)
        #expect(failure.message == error.summary && failure.advice == error.advice && failure.stage == .demux)
        #expect(
            failure.message.contains("s3:GetObject on s3://b/k")
                && failure.advice.contains("the role needs s3:GetObject"))
    }
}
