import Glibc
import TestSupport
import Testing

/// A video of eight chunks in a bucket, with a lead and helpers that a test starts as AWS Batch would.
struct FanOut {
    static let key = "input/preserve/a.mp4"
    static let output = "output/preserve/a.mp4"
    static let chunks = 8

    let bucket: CloudBucket
    /// Where the workers find it: a proxy, or nil for the server itself.
    private let endpoint: String?

    /// A keyframe every 24 frames.
    private static let source = [
        "-f", "lavfi", "-i", "testsrc2=size=480x272:rate=25:duration=7.68", "-c:v", "libx264", "-preset", "ultrafast",
        "-threads", "1", "-g", "24", "-sc_threshold", "0", "-bf", "2",
    ]

    /// Another video, which may replace it.
    private static let other = FFmpeg.video("160x96", seconds: 2) + FFmpeg.h264

    private static let settings = ["REELPRESS_CHUNKS": "24", "REELPRESS_PRESET": "medium"]

    init(through endpoint: String? = nil) throws { try self.init(CloudBucket(.moto), through: endpoint) }

    init(_ bucket: CloudBucket, through endpoint: String? = nil) throws {
        (self.bucket, self.endpoint) = (bucket, endpoint)
        try bucket.put(Self.key, from: SourceCache.shared.path("source.mp4", Self.source))
    }

    /// The output of one worker, and the seconds that it took.
    static let alone = Result {
        let fanOut = try FanOut()
        let outcome = try fanOut.lead().run()
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        let (seconds, attoseconds) = outcome.duration.components
        return (
            output: try fanOut.bucket.get(output), seconds: Double(seconds) + Double(attoseconds) / 1e18
        )
    }

    func replaceSource() throws {
        try bucket.put(Self.key, from: SourceCache.shared.path("source.mp4", Self.other))
    }

    func lead(attempt: Int = 1, _ more: [String: String] = [:]) -> Command {
        let job = ["AWS_BATCH_JOB_ID": "lead", "AWS_BATCH_JOB_ATTEMPT": "\(attempt)"]
        let variables = Self.settings.merging(job) { $1 }.merging(more) { $1 }
        return bucket.job(Self.key, endpoint: endpoint, variables)
    }

    /// A child of the array job. It gets none of the lead's settings.
    func helper(_ plan: String, _ index: Int = 0, attempt: Int = 1) -> Command {
        let variables = [
            "S3_BUCKET": bucket.name, "REELPRESS_PLAN": plan, "AWS_BATCH_JOB_ID": "helpers:\(index)",
            "AWS_BATCH_JOB_ATTEMPT": "\(attempt)",
        ]
        return Worker.command([], environment: bucket.environment(nil, endpoint: endpoint, variables))
    }

    /// The plan's key, once there is one.
    func plan() throws -> String {
        var found: String?
        try Wait.until("a plan") {
            found = try bucket.keys("work/").first { $0.hasSuffix("/plan.json") }
            return found != nil
        }
        return found ?? ""
    }

    /// Ends a worker as a lost machine would: its supervisor and the process that works.
    static func kill(_ worker: Int32) {
        for process in Process.children(of: worker) + [worker] { Glibc.kill(process, SIGKILL) }
    }

    /// What is left of a lead that was lost in the middle: the plan, claims and perhaps chunks.
    ///
    /// - Returns: the plan's key.
    func leaveUnfinished() throws -> String {
        let lead = try lead().start()
        let plan = try plan()
        try Wait.until("a claim") { try bucket.keys("work/").contains { $0.hasSuffix(".claim") } }
        Self.kill(lead.process)
        _ = try lead.wait()
        return plan
    }

    /// Nothing but source, output and report are there.
    func expectClean() throws {
        let keys = try bucket.keys()
        let reports = ["html", "json"].map { "reports/preserve/a.mp4.\($0)" }
        #expect(keys == [Self.key, Self.output] + reports, "\(keys)")
        #expect(try bucket.uploads() == [])
    }
}
