import TestSupport
import Testing

/// What goes wrong around a job: one line that names the thing, the exit code that tells Batch what to do, a report
/// where one can be written.
@Suite("Cloud / errors") struct CloudErrorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func expectFailure(
        _ outcome: CommandOutcome, _ code: Int32, _ words: String..., at location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.end == .exit(code), sourceLocation: location)
        #expect(outcome.output == "", sourceLocation: location)
        #expect(outcome.errorLines.count == 1, "\(outcome.error)", sourceLocation: location)
        for word in words { #expect(outcome.error.contains(word), "\(outcome.error)", sourceLocation: location) }
    }

    @Test("A missing environment variable is named", arguments: ["S3_BUCKET", "S3_KEY", "AWS_REGION"])
    func missingVariable(name: String) throws {
        var variables = try CloudBucket(.rclone).environment("input/a.mp4")
        variables[name] = nil
        expectFailure(try Worker.run([], environment: variables), 2, name)
    }

    @Test("A key that is no source's is refused", arguments: ["output/a.mp4", "input/", "a.mp4"])
    func badKey(key: String) throws {
        expectFailure(try CloudBucket(.rclone).job(key).run(), 2, "S3_KEY", key, "input/")
    }

    @Test("A missing source is named and reported", arguments: CloudBucket.Server.allCases)
    func missingSource(server: CloudBucket.Server) throws {
        let bucket = try CloudBucket(server)
        expectFailure(try bucket.job("input/none.mp4").run(), 10, "input/none.mp4", "check the key")
        let report = try bucket.report("preserve/none.mp4")
        #expect(report.status == "failed" && report.error?.code == "no-source" && report.exitCode == 10)
    }

    @Test("A missing bucket is named", arguments: CloudBucket.Server.allCases)
    func missingBucket(server: CloudBucket.Server) throws {
        var variables = try CloudBucket(server).environment("input/a.mp4")
        variables["S3_BUCKET"] = "nowhere-\(server)"
        expectFailure(try Worker.run([], environment: variables), 10, "NoSuchBucket", "nowhere-\(server)")
    }

    @Test(
        "Wrong credentials are named",
        arguments: [("AWS_ACCESS_KEY_ID", "AKIDWRONG"), ("AWS_SECRET_ACCESS_KEY", "wrong")])
    func wrongCredentials(variable: String, value: String) throws {
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let outcome = try bucket.job("input/a.mp4", [variable: value]).run()
        expectFailure(outcome, 2, "check the access key")
    }

    @Test("Missing credentials are named") func noCredentials() throws {
        var variables = try CloudBucket(.rclone).environment("input/a.mp4")
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] { variables[name] = "" }
        variables.merge(["AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nowhere"]) { $1 }
        expectFailure(try Worker.run([], environment: variables), 2, "no credentials")
    }

    @Test("An unreachable server is a transient failure") func unreachable() throws {
        let outcome = try CloudBucket(.rclone).job(
            "input/a.mp4", endpoint: "http://127.0.0.1:\(Socket.freePort())", ["AWS_MAX_ATTEMPTS": "2"]
        ).run()
        expectFailure(outcome, 20, "input/a.mp4")
    }

    @Test("A bad source is reported") func badSource() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/a.mp4", "This is no video.")
        expectFailure(try bucket.job("input/a.mp4").run(), 10, "input/a.mp4")
        let report = try bucket.report("preserve/a.mp4")
        #expect(report.error?.code == "unreadable-source" && report.source.bytes == 17)
        #expect(try bucket.keys("output/") == [])
    }

    @Test("A file that is no video is skipped") func otherFile() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/a.srt", "1")
        let outcome = try bucket.job("input/a.srt").run()
        #expect(outcome.end == .exit(0) && outcome.output == "" && outcome.error == "")
        let report = try bucket.report("preserve/a.srt")
        #expect(report.status == "skipped" && report.notes.contains { $0.hasPrefix("skipped: ") })
        #expect(try bucket.keys("output/") == [])
    }

    @Test("A URL without an object is refused", arguments: ["s3://", "s3:///key.mp4", "s3://bucket", "s3://bucket/"])
    func badURL(url: String) throws {
        let outcome = try Worker.run(
            ["encode", url, folder("out.mp4")], environment: try CloudBucket(.rclone).environment(nil))
        #expect(outcome.end == .exit(2) && outcome.error.contains(url))
    }

    @Test("A bucket URL with a key is refused") func bucketWithKey() throws {
        let environment = try CloudBucket(.rclone).environment(nil)
        let outcome = try Worker.run(["bucket", "s3://bucket/input"], environment: environment)
        #expect(outcome.end == .exit(2) && outcome.error.contains("s3://bucket/input"))
    }
}
