import AWSCore
import EncodeJob
import Findings
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// The submission of helpers to a scripted AWS Batch, with the folder on a disk.
struct HelperJobsTests {
    private let files: TemporaryFolder
    private let folder: WorkFolder

    init() throws {
        files = try TemporaryFolder()
        folder = try WorkFolder(plannedIn: files)
    }

    private static func taken(_ id: String = "job-1") -> ScriptedAnswer {
        .status(200, #"{"jobId":"\#(id)","jobName":"n"}"#)
    }

    private static func refusal(_ status: Int, _ code: String) -> ScriptedAnswer {
        .status(status, headers: [("x-amzn-errortype", code)], #"{"message":"said so"}"#)
    }

    private static func submissions(_ server: ScriptedServer) -> [ScriptedRequest] {
        server.requests.filter { $0.path == "/v1/submitjob" }
    }

    private static func cancellations(_ server: ScriptedServer) -> [String] {
        server.requests.filter { $0.path == "/v1/canceljob" }.map(\.text)
    }

    /// A server that answers submissions in order, the last answer again and again.
    private static func server(_ answers: [ScriptedAnswer], cancel: ScriptedAnswer = .status(200)) -> ScriptedServer {
        let counter = Counter()
        return ScriptedServer { request in
            request.path == "/v1/submitjob" ? answers[min(counter.next(), answers.count) - 1] : cancel
        }
    }

    private func jobs(
        _ server: ScriptedServer, most: Int = 15, lead: String = "lead-1", seconds: Double = 30,
        interruption: Cancellation = Cancellation()
    ) throws -> HelperJobs {
        let configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: "AKID", secretAccessKey: "secret"),
            endpoint: server.origin, retry: RetryPolicy(maxAttempts: 2, baseDelay: 1))
        return HelperJobs(
            HelperLimits(most: most, queue: "helpers", definition: "helper"),
            try #require(JobKeys(source: "input/downscale/a b.mov")), bucket: "bucket", lead: lead,
            BatchClient(configuration), interruption: interruption, patience: (seconds, 0.02))
    }

    private func work(seconds: Double = 8000, left: Int = 17) -> ChunkHelpers.Work {
        ChunkHelpers.Work(folder: folder, chunks: 17, left: left, seconds: seconds)
    }

    private var markers: [WorkName] {
        get throws { try folder.list().entries.map(\.name).filter { $0 == .helpers || $0 == .helperJob } }
    }

    private func submitted(_ server: ScriptedServer, _ jobs: HelperJobs) throws {
        jobs.start(work())
        try Wait.until("the id of the job") { try folder.read(.helperJob, as: String.self) != nil }
        jobs.end()
    }

    @Test("the lead submits one array job, and cancels what waits of it at the end")
    func array() throws {
        let server = Self.server([Self.taken()])
        let jobs = try jobs(server)
        try submitted(server, jobs)
        let request = try #require(Self.submissions(server).first)
        let json = try JSONValue(parsing: request.body)
        #expect(json["jobName"]?.string == "reelpress-helper-\(folder.identity.prefix(16))")
        #expect(json["jobQueue"]?.string == "helpers" && json["jobDefinition"]?.string == "helper")
        let plan = "{\"name\":\"REELPRESS_PLAN\",\"value\":\"\(folder.planKey)\"}"
        let environment = "{\"environment\":[\(plan),{\"name\":\"S3_BUCKET\",\"value\":\"bucket\"}]}"
        #expect(json["containerOverrides"]?.text == environment)
        let tags =
            #"{"reelpress:bucket":"bucket","reelpress:key":"input/downscale/a_b.mov","reelpress:lead":"lead-1","#
            + #""reelpress:policy":"downscale"}"#
        #expect(json["tags"]?.text == tags && json["propagateTags"] == true)
        #expect(json["arrayProperties"]?.text == #"{"size":15}"#)
        #expect(Self.cancellations(server).isEmpty, "a lead that is interrupted leaves its helpers at work")
        jobs.dismiss(folder)
        #expect(Self.cancellations(server).count == 1 && Self.cancellations(server)[0].contains(#""jobId":"job-1""#))
        #expect(jobs.notes.isEmpty && Self.submissions(server).count == 1)
    }

    @Test("a single helper is no array, since an array has two children at least")
    func single() throws {
        let server = Self.server([Self.taken()])
        try submitted(server, try jobs(server, most: 1))
        #expect(Self.submissions(server).map { $0.text.contains("arrayProperties") } == [false])
    }

    @Test("without enough work nothing is asked")
    func nothing() throws {
        let server = Self.server([Self.taken()])
        let jobs = try jobs(server)
        jobs.start(work(seconds: 999))
        jobs.dismiss(folder)
        #expect(server.requests.isEmpty && jobs.notes.isEmpty)
        #expect(try markers == [])
    }

    @Test("a later attempt doesn't submit again, and cancels the first one's job")
    func laterAttempt() throws {
        let server = Self.server([Self.taken("job-1"), Self.taken("job-2")])
        try submitted(server, try jobs(server))
        let later = try jobs(server, lead: "lead-1")
        later.start(work(seconds: 4000, left: 9))
        later.dismiss(folder)
        #expect(Self.submissions(server).count == 1 && later.notes.isEmpty)
        #expect(Self.cancellations(server).map { $0.contains("job-1") } == [true])
    }

    @Test("several leads at one time submit one job")
    func severalLeads() throws {
        let server = Self.server([Self.taken()])
        let leads = try (0..<8).map { try jobs(server, lead: "lead-\($0)") }
        for lead in leads { lead.start(work()) }
        try Wait.until("the id of the job") { try folder.read(.helperJob, as: String.self) != nil }
        for lead in leads { lead.end() }
        #expect(Self.submissions(server).count == 1)
    }

    @Test("a lead that died between marker and submission: no helpers, and never two arrays")
    func died() throws {
        #expect(try folder.putNew(.helpers, ["lead": "lead-0"]))
        let server = Self.server([Self.taken()])
        let jobs = try jobs(server)
        jobs.start(work())
        jobs.dismiss(folder)
        #expect(server.requests.isEmpty && jobs.notes.isEmpty)
    }

    @Test("too many requests: it is tried again until Batch takes the job")
    func throttled() throws {
        let busy = Self.refusal(429, "TooManyRequestsException")
        let server = Self.server([busy, busy, busy, Self.taken()])
        let jobs = try jobs(server)
        try submitted(server, jobs)
        #expect(Self.submissions(server).count == 4 && jobs.notes.isEmpty)
    }

    @Test("too many requests for too long: a note, and a later attempt asks again")
    func throttledForLong() throws {
        let server = Self.server([Self.refusal(429, "TooManyRequestsException")])
        let jobs = try jobs(server, seconds: 0.1)
        jobs.start(work())
        try Wait.until("the end of patience") { !jobs.notes.isEmpty }
        jobs.end()
        #expect(jobs.notes.map(\.kind) == ["helpers-missing"])
        #expect(try markers == [])
    }

    @Test(
        "a refusal is a note with Batch's words, and a later attempt asks again",
        arguments: [(403, "AccessDeniedException"), (400, "ClientException")])
    func refused(status: Int, code: String) throws {
        let server = Self.server([Self.refusal(status, code), Self.taken()])
        let jobs = try jobs(server)
        jobs.start(work())
        try Wait.until("a note") { !jobs.notes.isEmpty }
        jobs.end()
        #expect(jobs.notes.map(\.description).first?.contains("\(code): batch:SubmitJob") == true)
        #expect(Self.submissions(server).count == 1)
        #expect(try markers == [])
        try submitted(server, try self.jobs(server))
        #expect(Self.submissions(server).count == 2)
    }

    @Test("an answer that is lost may mean a job: nobody submits another", arguments: [true, false])
    func lost(isReset: Bool) throws {
        let server = Self.server([isReset ? .reset : Self.refusal(500, "ServerException"), Self.taken()])
        let jobs = try jobs(server)
        jobs.start(work())
        try Wait.until("a note") { !jobs.notes.isEmpty }
        jobs.end()
        #expect(try markers == [.helpers])
        let later = try self.jobs(server)
        later.start(work())
        later.dismiss(folder)
        #expect(Self.submissions(server).count == 1 && jobs.notes.map(\.kind) == ["helpers-missing"])
    }

    @Test("an answer that comes late holds nobody up")
    func late() throws {
        let asked = Monitor(false)
        let server = ScriptedServer { _ in
            asked.withLock { $0 = true }
            return .silence(milliseconds: 30_000)
        }
        let jobs = try jobs(server)
        let clock = ContinuousClock()
        let start = clock.now
        jobs.start(work())
        #expect(clock.now - start < .seconds(1))
        #expect(asked.wait(atMost: 10) { $0 })
        let end = clock.now
        jobs.dismiss(folder)
        #expect(clock.now - end < .seconds(3))
        #expect(jobs.notes.map(\.description).first?.contains("had not answered") == true)
        #expect(try markers == [.helpers])
    }

    @Test("what fails at the end is no failure of the job")
    func cancelling() throws {
        let server = Self.server([Self.taken()], cancel: Self.refusal(403, "AccessDeniedException"))
        let jobs = try jobs(server)
        try submitted(server, jobs)
        jobs.dismiss(folder)
        #expect(Self.cancellations(server).count == 1 && jobs.notes.isEmpty)
    }

    @Test("the markers are removed with the folder")
    func cleaning() throws {
        let server = Self.server([Self.taken()])
        try submitted(server, try jobs(server))
        #expect(try markers == [.helperJob, .helpers])
        try folder.cleanUp()
        #expect(try files.files().isEmpty)
    }
}
