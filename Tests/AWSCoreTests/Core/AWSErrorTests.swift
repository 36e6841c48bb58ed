import HTTP
import TestSupport
import Testing

@testable import AWSCore

@Suite("AWSError") struct AWSErrorTests {
    @Test("A description says what happened and gives advice") func description() throws {
        let s3 = ScriptedS3 { _, _ in
            .error(403, "AccessDenied", headers: [("x-amz-request-id", "REQ1")])
        }
        let error = try #require(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) }
        #expect(
            error.description.hasPrefix(
                "AccessDenied: s3:PutObject on s3://bucket/k: said so (HTTP 403, request REQ1): the role needs s3:PutObject"
            ))
        #expect(error.service == "s3" && error.operation == "PutObject" && error.requestID == "REQ1")
    }

    @Test(
        "A refusal names the IAM action that is missing",
        arguments: [
            ("HeadObject", "s3:GetObject"), ("GetObject", "s3:GetObject"), ("UploadPart", "s3:PutObject"),
            ("CompleteMultipartUpload", "s3:PutObject"),
            ("CopyObject", "s3:PutObject here and s3:GetObject on the source"),
            ("ListObjectsV2", "s3:ListBucket"), ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
            ("AbortMultipartUpload", "s3:AbortMultipartUpload"), ("DeleteObject", "s3:DeleteObject"),
        ])
    func missingAction(_ operation: String, _ permission: String) {
        for code in ["AccessDenied", "403"] {
            let error = AWSError(
                .service,
                service: "s3",
                operation: operation,
                resource: "s3://b/k",
                status: 403,
                code: code,
                message: "no"
            )
            #expect(error.description.contains("the role needs \(permission)"))
        }
    }

    @Test("A refusal of Batch names the IAM action that is missing") func missingBatchAction() {
        let error = AWSError(
            .service,
            service: "batch",
            operation: "SubmitJob",
            resource: "job",
            code: "AccessDeniedException",
            message: "no"
        )
        #expect(
            error.description
                == "AccessDeniedException: batch:SubmitJob on job: no: the role needs batch:SubmitJob here")
    }

    /// A server that says everything back that it was sent, in every place that we read.
    @Test("Secrets that a server echoes are left out") func echoedSecrets() throws {
        let keys = Credentials(accessKeyID: "AKID", secretAccessKey: "SECRET/KEY+1", sessionToken: "SESSION/TOKEN==")
        for echo in ["SECRET/KEY+1", "SESSION/TOKEN==", "SESSION%2FTOKEN%3D%3D"] {
            for body in [
                "<Error><Code>\(echo)</Code><Message>m</Message></Error>",
                "<Error><Code>X</Code><Message>you sent \(echo)!</Message></Error>",
                "<Error><Code>X</Code><RequestId>\(echo)</RequestId></Error>",
            ] {
                let s3 = ScriptedS3(credentials: keys) { _, _ in .status(400, body) }
                let error = try #require(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) }
                var dumped = ""
                dump(error, to: &dumped)
                for text in [error.description, String(reflecting: error), dumped] { #expect(!text.contains(echo)) }
            }
        }
    }

    @Test("No value that holds keys shows them") func hiddenKeys() throws {
        let environment = AWSEnvironment([
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "HUSH", "AWS_SESSION_TOKEN": "HUSHTOO",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "HUSHTHREE", "AWS_REGION": "us-east-1",
        ])
        let configuration = try AWSConfiguration(environment)
        let chain = CredentialChain(environment, region: "us-east-1")
        let request = HTTPRequest(
            .get,
            "http://x/",
            headers: ["authorization": "HUSH", "X-Amz-Security-Token": "HUSH", "x-aws-ec2-metadata-token": "HUSH"]
        )
        let values: [Any] = [
            environment, configuration, chain, S3Client(configuration), BatchClient(configuration), request,
            request.headers,
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] { #expect(!text.contains("HUSH")) }
        }
    }

    @Test(
        "An error page that isn't AWS's is still described",
        arguments: ["", "<html>Bad gateway</html>", "<Error><Code>X</Co", "not xml", "\u{0}\u{ff}"])
    func foreignAnswers(_ body: String) throws {
        let s3 = ScriptedS3(retry: RetryPolicy(maxAttempts: 1)) { _, _ in .status(502, body) }
        let error = try #require(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1]) }
        #expect(error.status == 502 && error.isRetryable && error.code == "502")
    }

    /// A write that lost: the caller asks what is there now. A refusal is no lost race.
    @Test("Which statuses mean that another request was faster") func writeConflicts() {
        let conflicts = [400, 403, 404, 409, 412, 500, 503].filter { status in
            AWSError(.service, status: status, message: "no").isWriteConflict
        }
        #expect(conflicts == [404, 409, 412])
    }

    /// A write over an object that is gone is told as one over another object; a missing source of a copy is not.
    @Test("A write whose If-Match finds no object is of kind modified") func writeOverNothing() {
        let s3 = ScriptedS3 { _, _ in .error(404, "NoSuchKey") }
        var options = ObjectOptions()
        options.ifMatch = "old"
        let put = #expect(throws: AWSError.self) { try s3.client.putObject(ScriptedS3.place, [1], options: options) }
        #expect(put?.kind == .modified && put?.status == 404)
        #expect(put?.message == "the object that was to be replaced is no longer the same")
        let copy = #expect(throws: AWSError.self) {
            try s3.client.copyObject(from: ScriptedS3.place, ifMatch: "s", to: ScriptedS3.place, options: options)
        }
        #expect(copy?.kind == .service && copy?.status == 404)
    }

    @Test("Status 429 asks for fewer requests, whatever its code") func throttling() {
        #expect(AWSError(.service, status: 429, message: "no").isThrottling)
        #expect(!AWSError(.service, status: 428, message: "no").isThrottling)
    }
}
