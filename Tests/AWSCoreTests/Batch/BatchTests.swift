import TestSupport
import Testing

@testable import AWSCore

@Suite("BatchClient") struct BatchTests {
    private static let moto = CheckingMoto.shared

    private func client(secret: String = moto.secretKey) -> BatchClient {
        BatchClient(
            AWSConfiguration(
                region: "us-east-1",
                credentials: Credentials(accessKeyID: Self.moto.accessKey, secretAccessKey: secret),
                endpoint: Self.moto.origin))
    }

    @Test("A job is submitted, described and terminated") func lifecycle() throws {
        let client = client()
        var job = JobSubmission(name: "encode-1_a", queue: "queue", definition: "definition")
        job.environment = ["S3_KEY": "input/a b+ü.mp4", "EMPTY": ""]
        job.vCPUs = "2"
        job.memory = 4096
        job.attempts = 5
        job.exitRules = [.init(retries: true, statusReason: "Host EC2*"), .init(retries: false, exitCode: "*")]
        job.timeout = 3600
        job.tags = ["k": "v"]
        job.propagatesTags = true
        let submitted = try client.submitJob(job)
        #expect(
            submitted.name == "encode-1_a" && !submitted.id.isEmpty && submitted.arn?.contains(submitted.id) == true)
        var after = JobSubmission(name: "after", queue: "queue", definition: "definition")
        after.dependencies = [.init(jobID: submitted.id)]
        after.arraySize = 3
        let second = try client.submitJob(after)
        let found = try client.describeJobs([submitted.id, second.id, "unknown"])
        #expect(Set(found.map(\.id)) == [submitted.id, second.id])
        #expect(found.allSatisfy { !$0.status.isEmpty })
        try client.terminateJob(submitted.id, reason: "no longer wanted")
    }

    @Test("A job is cancelled in one request, whatever its state is") func cancelling() throws {
        let client = client()
        var job = JobSubmission(name: "helpers", queue: "queue", definition: "definition")
        job.arraySize = 2
        try client.cancelJob(try client.submitJob(job).id, reason: "no longer wanted")
        let server = ScriptedServer { _ in .status(200) }
        let scripted = BatchClient(
            AWSConfiguration(
                region: "us-east-1", credentials: Credentials(accessKeyID: "AKID", secretAccessKey: "secret"),
                endpoint: server.origin))
        try scripted.cancelJob("id", reason: "the video is encoded")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/v1/canceljob")
        #expect(request.text == #"{"jobId":"id","reason":"the video is encoded"}"#)
    }

    @Test("Attempts of a submission can be limited to one: a lost answer must not lead to two jobs") func oneAttempt() {
        let server = ScriptedServer { _ in .reset }
        let client = BatchClient(
            AWSConfiguration(
                region: "us-east-1", credentials: Credentials(accessKeyID: "AKID", secretAccessKey: "secret"),
                endpoint: server.origin, retry: RetryPolicy(maxAttempts: 3, baseDelay: 1)))
        let job = JobSubmission(name: "n", queue: "q", definition: "d")
        #expect(throws: AWSError.self) { try client.submitJob(job, attempts: 1) }
        #expect(server.requests.count == 1)
    }

    @Test("A wrong secret is refused") func wrongSecret() {
        let error = #expect(throws: AWSError.self) { try client(secret: "wrong").describeJobs(["j"]) }
        #expect(error?.status == 403 && error?.isRetryable == false)
    }

    @Test("Batch's own message is part of the error") func serviceMessage() {
        let job = JobSubmission(name: "ok-1", queue: "none", definition: "definition")
        let error = #expect(throws: AWSError.self) { try client().submitJob(job) }
        #expect(error?.status == 400 && error?.code == "ClientException" && error?.service == "batch")
    }

    @Test(
        "Job names are checked before they are sent",
        arguments: [
            ("a", true), ("A-1_b", true), (String(repeating: "x", count: 128), true), ("", false), ("-a", false),
            ("_a", false), ("a b", false), ("a.b", false), ("ü", false), (String(repeating: "x", count: 129), false),
        ])
    func names(_ name: String, _ isGood: Bool) {
        #expect(JobSubmission.isName(name) == isGood)
        if isGood { return }
        let error = #expect(throws: AWSError.self) {
            try client().submitJob(JobSubmission(name: name, queue: "queue", definition: "definition"))
        }
        #expect(error?.kind == .configuration)
    }

    @Test("The request's body is as the API documents it") func requestBody() throws {
        var job = JobSubmission(name: "n", queue: "q", definition: "d:1")
        #expect(job.json.text == #"{"jobName":"n","jobQueue":"q","jobDefinition":"d:1"}"#)
        job.environment = ["B": "2", "A": "1"]
        job.command = ["x", "y"]
        job.vCPUs = "4"
        job.memory = 8192
        job.attempts = 3
        job.exitRules = [.init(retries: true, statusReason: "s*", reason: "r*", exitCode: "1*")]
        job.timeout = 60
        job.tags = ["t": "v"]
        job.propagatesTags = true
        job.dependencies = [.init(jobID: "id"), .init(jobID: nil, type: "SEQUENTIAL")]
        job.arraySize = 2
        let json = job.json
        #expect(
            json["containerOverrides"]?.text
                == #"{"command":["x","y"],"environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"#
                + #""resourceRequirements":[{"type":"VCPU","value":"4"},{"type":"MEMORY","value":"8192"}]}"#
        )
        #expect(
            json["retryStrategy"]?.text
                == #"{"attempts":3,"evaluateOnExit":[{"action":"RETRY","onStatusReason":"s*","onReason":"r*","#
                + #""onExitCode":"1*"}]}"#
        )
        #expect(json["timeout"]?.text == #"{"attemptDurationSeconds":60}"#)
        #expect(json["tags"]?.text == #"{"t":"v"}"# && json["propagateTags"] == true)
        #expect(json["dependsOn"]?.text == #"[{"jobId":"id"},{"type":"SEQUENTIAL"}]"#)
        #expect(json["arrayProperties"]?.text == #"{"size":2}"#)
    }
}
