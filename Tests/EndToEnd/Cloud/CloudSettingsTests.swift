import TestSupport
import Testing

/// The effect of each setting of a job in S3.
@Suite("Cloud / settings") struct CloudSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Noise: at a low rate factor its HEVC is larger than itself.
    private func growing(_ name: String = "source.mkv") throws -> String {
        let noise = ["-f", "lavfi", "-i", "testsrc2=size=128x128:rate=25:duration=1,noise=alls=40:allf=t"]
        return try FFmpeg.make(folder(name), noise + FFmpeg.h264 + ["-qp", "30"])
    }

    private static let finest = ["REELPRESS_CRF": "1"]

    private func run(_ bucket: CloudBucket, _ key: String, _ more: [String: String]) throws -> JobReport {
        let outcome = try bucket.job(key, more).run()
        #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        return try bucket.report(String(key.dropFirst("input/".count)))
    }

    // MARK: larger

    @Test("larger=copy publishes the source", arguments: CloudBucket.Server.allCases)
    func largerCopy(server: CloudBucket.Server) throws {
        let (bucket, key, source) = (try CloudBucket(server), "input/preserve/a b.mkv", try growing())
        try bucket.put(key, from: source)
        let settings = Self.finest.merging(["REELPRESS_LARGER": "copy"]) { $1 }
        let report = try run(bucket, key, settings)
        #expect(report.status == "kept" && report.kept == "larger")
        #expect(report.notes.contains("kept: the output would be larger"))
        #expect(report.output?.key == "output/preserve/a b.mkv" && report.saved?.bytes == 0)
        #expect(try bucket.keys("output/") == ["output/preserve/a b.mkv"])
        #expect(try bucket.get("output/preserve/a b.mkv") == FileBytes.read(source))
        // Not one byte of it was sent by the worker.
        #expect(report.s3?.bytesSent ?? 0 < 2000)
        #expect(try run(bucket, key, settings).status == "unchanged")
        // Other settings may make it smaller.
        let other = try run(bucket, key, ["REELPRESS_LARGER": "copy", "REELPRESS_CRF": "45"])
        #expect(other.status == "done" && other.saved?.bytes ?? 0 > 0)
    }

    @Test("A copy never replaces an object that is no output of this source") func foreignOutput() throws {
        let (bucket, source) = (try CloudBucket(.moto), try growing())
        try bucket.put("input/preserve/a.mkv", from: source)
        try bucket.put("output/preserve/a.mkv", "somebody else's")
        let report = try run(
            bucket, "input/preserve/a.mkv", Self.finest.merging(["REELPRESS_LARGER": "copy"]) { $1 })
        #expect(report.output?.key == "output/preserve/a.mkv.mkv")
        #expect(try bucket.get("output/preserve/a.mkv") == Array("somebody else's".utf8))
        #expect(try bucket.get("output/preserve/a.mkv.mkv") == FileBytes.read(source))
    }

    @Test("larger=keep publishes the larger output") func largerKeep() throws {
        let (bucket, key, source) = (try CloudBucket(.moto), "input/preserve/a.mkv", try growing())
        try bucket.put(key, from: source)
        let report = try run(bucket, key, Self.finest.merging(["REELPRESS_LARGER": "keep"]) { $1 })
        #expect(report.status == "done" && report.saved?.bytes ?? 0 < 0)
        // An output of another setting is not accepted.
        let copied = try run(bucket, key, Self.finest.merging(["REELPRESS_LARGER": "copy"]) { $1 })
        #expect(copied.status == "kept")
    }

    @Test("larger=skip publishes nothing") func largerSkip() throws {
        let (bucket, key) = (try CloudBucket(.moto), "input/preserve/a.mkv")
        try bucket.put(key, from: try growing())
        let settings = Self.finest.merging(["REELPRESS_LARGER": "skip"]) { $1 }
        let report = try run(bucket, key, settings)
        #expect(report.status == "skipped" && report.kept == "larger" && report.output == nil)
        #expect(report.notes.contains("skipped: the output would be larger"))
        #expect(try bucket.keys("output/") == [] && bucket.uploads() == [])
        // A second delivery of the event encodes nothing.
        let again = try run(bucket, key, settings)
        #expect(again.status == "skipped" && again.resources.cpuSeconds < report.resources.cpuSeconds)
        #expect(again.s3?.bytesReceived ?? .max < 10_000)
    }

    @Test("larger works on a disk as in S3", arguments: ["copy", "keep", "skip"])
    func largerOnDisk(larger: String) throws {
        let bucket = try TemporaryFolder()
        let source = try growing()
        try FileBytes.write(try FileBytes.read(source), to: bucket("input/preserve/a.mkv"))
        let settings = Self.finest.merging(["REELPRESS_LARGER": larger]) { $1 }
        for status in [
            ["copy": "kept", "keep": "done", "skip": "skipped"][larger], larger == "skip" ? "skipped" : "unchanged",
        ] {
            #expect(try Worker.bucket(bucket, environment: settings).end == .exit(0))
            #expect(try JobReport.read(bucket("reports/preserve/a.mkv.json")).status == status)
        }
        let outputs = try bucket.files(below: ".").filter { $0.hasPrefix("output/") }
        #expect(outputs == ["copy": ["output/preserve/a.mkv"], "keep": ["output/preserve/a.mp4"]][larger] ?? [])
        if larger == "copy" {
            #expect(try FileBytes.read(bucket("output/preserve/a.mkv")) == FileBytes.read(source))
        }
    }

    /// A copy has the source's extension, whatever the output's would be.
    @Test(
        "A copy of one file has the source's extension",
        arguments: [("out.mkv", "out.mkv"), ("out.mp4", "out.mp4.mkv")])
    func largerCopyOfFile(output: String, result: String) throws {
        let source = try growing()
        let outcome = try Worker.run(
            ["encode", source, folder("to/\(output)"), "--crf", "1", "--preset", "ultrafast", "--larger", "copy"])
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try folder.files(below: "to") == [result, "\(output).html", "\(output).json"].sorted())
        #expect(try FileBytes.read(folder("to/\(result)")) == FileBytes.read(source))
    }

    // MARK: skip-hevc-below

    private func hevc() throws -> String {
        try FFmpeg.make(
            folder("hevc.mp4"),
            FFmpeg.video("320x240") + ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "35", "-tag:v", "hvc1"])
    }

    @Test("A source that is efficient HEVC is copied", arguments: [("0.5", "kept"), ("0.001", "done"), ("0", "done")])
    func efficientSource(threshold: String, status: String) throws {
        let (bucket, key, source) = (try CloudBucket(.moto), "input/preserve/a.mp4", try hevc())
        try bucket.put(key, from: source)
        let settings = ["REELPRESS_SKIP_HEVC_BELOW": threshold]
        let report = try run(bucket, key, settings)
        #expect(report.status == status)
        #expect(report.kept == (status == "kept" ? "efficient" : nil))
        #expect(try (bucket.get("output/preserve/a.mp4") == FileBytes.read(source)) == (status == "kept"))
        #expect(try run(bucket, key, settings).status == "unchanged")
    }

    @Test("A source that is efficient HEVC is skipped with larger=skip") func efficientSkip() throws {
        let (bucket, key) = (try CloudBucket(.moto), "input/preserve/a.mp4")
        try bucket.put(key, from: try hevc())
        let report = try run(bucket, key, ["REELPRESS_SKIP_HEVC_BELOW": "0.5", "REELPRESS_LARGER": "skip"])
        #expect(report.status == "skipped" && report.kept == "efficient")
        #expect(try bucket.keys("output/") == [])
    }

    @Test("A source that is efficient HEVC is scaled down all the same") func efficientDownscale() throws {
        let (bucket, key) = (try CloudBucket(.moto), "input/downscale/a.mp4")
        let source = try FFmpeg.make(
            folder("large.mp4"),
            FFmpeg.video("2880x1620", rate: 2) + ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "40"])
        try bucket.put(key, from: source)
        let report = try run(bucket, key, ["REELPRESS_SKIP_HEVC_BELOW": "5"])
        #expect(report.status == "done")
    }

    // MARK: S3

    @Test("Every output has the storage class and the KMS key", arguments: ["small", "large", "copy"])
    func storageClass(way: String) throws {
        let bucket = try CloudBucket(.moto)
        let source =
            try way == "copy" ? growing("a.mkv") : way == "large" ? CloudSource.large.path : CloudSource.small.path
        let key = "input/preserve/a.\(source.hasSuffix("mkv") ? "mkv" : "mp4")"
        try bucket.put(key, from: source)
        var settings = ["REELPRESS_STORAGE_CLASS": "STANDARD_IA", "REELPRESS_KMS_KEY_ID": "alias/videos"]
        if way == "copy" { settings.merge(["REELPRESS_LARGER": "copy", "REELPRESS_CRF": "1"]) { $1 } }
        let report = try run(bucket, key, settings)
        #expect(report.status == (way == "copy" ? "kept" : "done"))
        let head = try #require(try bucket.head(report.output?.key ?? ""))
        #expect(head.storageClass == "STANDARD_IA")
        #expect(head.serverSideEncryption == "aws:kms" && head.kmsKeyId == "alias/videos")
        #expect(head.metadata?["reelpress-source"] == key)
        for (name, type) in [("json", "application/json"), ("html", "text/html; charset=utf-8")] {
            let head = try #require(try bucket.head("reports/\(key.dropFirst("input/".count)).\(name)"))
            #expect(head.serverSideEncryption == "aws:kms" && head.contentType == type && head.storageClass == nil)
        }
    }

    @Test("The source is tagged when its output is published") func tagged() throws {
        let (bucket, key) = (try CloudBucket(.moto), "input/preserve/a.mp4")
        try bucket.call("put_object", ["Key": key, "Tagging": "team=film"], file: CloudSource.small.path)
        #expect(try run(bucket, key, [:]).status == "done")
        #expect(try bucket.tags(key) == ["team": "film"])
        let settings = ["REELPRESS_TAG_SOURCE": "reelpress=done"]
        #expect(try run(bucket, key, settings).status == "unchanged")
        #expect(try bucket.tags(key) == ["team": "film", "reelpress": "done"])
        // The job of a newer upload starts again.
        try bucket.put(key, from: try growing())
        #expect(try run(bucket, key, settings.merging(["REELPRESS_CRF": "45"]) { $1 }).status == "done")
        #expect(try bucket.tags(key) == ["reelpress": "done"])
    }

    @Test("A source without an output is not tagged", arguments: [("copy", ["reelpress": "done"]), ("skip", [:])])
    func notTagged(larger: String, tags: [String: String]) throws {
        let (bucket, key) = (try CloudBucket(.moto), "input/preserve/a.mkv")
        try bucket.put(key, from: try growing())
        let settings = ["REELPRESS_LARGER": larger, "REELPRESS_TAG_SOURCE": "reelpress=done"]
        _ = try run(bucket, key, Self.finest.merging(settings) { $1 })
        #expect(try bucket.tags(key) == tags)
    }

    /// rclone doesn't support tags: the output is published anyway.
    @Test("A tag that can't be set is noted") func tagRefused() throws {
        let (bucket, key) = (try CloudBucket(.rclone), "input/preserve/a.mp4")
        try bucket.put(key, from: CloudSource.small.path)
        let report = try run(bucket, key, ["REELPRESS_TAG_SOURCE": "reelpress=done"])
        #expect(report.status == "done")
        #expect(report.notes.contains { $0.hasPrefix("the source could not be tagged: ") })
    }

    @Test("An unknown storage class is a bad setting") func badStorageClass() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let outcome = try bucket.job("input/a.mp4", ["REELPRESS_STORAGE_CLASS": "CHEAPEST"]).run()
        #expect(outcome.end == .exit(2) && outcome.error.contains("storage-class"), "\(outcome.error)")
        #expect(try bucket.report("preserve/a.mp4").error?.code == "bad-setting")
    }

    /// Four failures in a row: the default number of attempts outlasts them, two don't.
    @Test(
        "AWS_MAX_ATTEMPTS decides how many failures are outlasted",
        arguments: [(nil, 0), ("2", 20)] as [(String?, Int32)])
    func attempts(attempts: String?, code: Int32) throws {
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let proxy = FaultProxy(
            to: bucket.server.process.port, plan: [.none] + Array(repeating: .internalError, count: 4))
        defer { proxy.stop() }
        let more = attempts.map { ["AWS_MAX_ATTEMPTS": $0] } ?? [:]
        #expect(try bucket.job("input/a.mp4", endpoint: proxy.origin, more).run().end == .exit(code))
    }

    // MARK: Report

    @Test("The report has job, cost and traffic") func costAndTraffic() throws {
        let task = ScriptedServer { request in
            .status(200, request.path == "/v4/id/task" ? #"{"Limits":{"CPU":4,"Memory":8192}}"# : "{}")
        }
        defer { task.stop() }
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let report = try run(
            bucket, "input/a.mp4",
            [
                "AWS_BATCH_JOB_ID": "0f1e-2d", "AWS_BATCH_JOB_ATTEMPT": "1", "REELPRESS_PRICE_VCPU_HOUR": "0.06",
                "REELPRESS_PRICE_GB_HOUR": "0.003", "ECS_CONTAINER_METADATA_URI_V4": "http://\(task.address)/v4/id",
            ], report: "preserve/a.mp4")
        #expect(report.job == JobReport.Job(id: "0f1e-2d", attempt: 1))
        let cost = try #require(report.cost)
        #expect(cost.vCPUs == 4 && cost.memoryBytes == 8 << 30)
        #expect(cost.vCPUHourPrice == 0.06 && cost.gigabyteHourPrice == 0.003)
        #expect(abs(cost.vCPUSeconds - 4 * report.resources.wallSeconds) < 1)
        #expect(abs(cost.gigabyteSeconds - 8 * report.resources.wallSeconds) < 2)
        // One minute is the least that is billed.
        #expect(abs(cost.estimate - (4 * 0.06 + 8 * 0.003) / 60) < 1e-6)
        let traffic = try #require(report.s3)
        let (before, after) = (try FileBytes.read(CloudSource.small.path).count, try CloudSource.small.output.count)
        #expect(traffic.bytesReceived >= before && traffic.bytesReceived < before + 20_000)
        #expect(traffic.bytesSent >= after && traffic.bytesSent < after + 2000)
        #expect((5...20).contains(traffic.requests))
    }

    @Test("Outside of a task, cost is that of the machine") func prices() throws {
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let report = try run(bucket, "input/a.mp4", [:], report: "preserve/a.mp4")
        let cost = try #require(report.cost)
        #expect(cost.vCPUs > 0 && cost.memoryBytes > 1 << 28)
        #expect(cost.vCPUHourPrice == 0.02024 && cost.gigabyteHourPrice == 0.0022225)
        #expect(report.job == nil)
    }

    private func run(
        _ bucket: CloudBucket, _ key: String, _ more: [String: String], report: String
    ) throws -> JobReport {
        let outcome = try bucket.job(key, more).run()
        #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        return try bucket.report(report)
    }

    @Test("REELPRESS_LOG decides the output on the terminal", arguments: [("progress", true), ("quiet", false)])
    func log(log: String, isSaid: Bool) throws {
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mp4", from: CloudSource.small.path)
        let outcome = try bucket.job("input/a.mp4", ["REELPRESS_LOG": log]).run()
        #expect(outcome.end == .exit(0) && outcome.output == "")
        #expect(outcome.error.contains(" fps") == isSaid, "\(outcome.error)")
    }

    @Test(
        "A bad value is refused by name",
        arguments: [
            ("LARGER", "maybe"), ("SKIP_HEVC_BELOW", "-1"), ("PRICE_VCPU_HOUR", "dear"), ("PRICE_GB_HOUR", "-2"),
            ("CRF", "99"), ("TAG_SOURCE", "done"),
        ])
    func badValue(name: String, value: String) throws {
        let bucket = try CloudBucket(.rclone)
        let outcome = try bucket.job("input/a.mp4", ["REELPRESS_\(name)": value]).run()
        #expect(outcome.end == .exit(2) && outcome.output == "")
        #expect(outcome.error.contains("REELPRESS_\(name) is \(value)"), "\(outcome.error)")
    }
}
