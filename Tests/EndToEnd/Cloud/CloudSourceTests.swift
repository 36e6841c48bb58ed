import TestSupport
import Testing

/// A source that is removed, replaced or can't be read while its job waits or runs.
@Suite("Cloud / sources") struct CloudSourceTests {
    private let folder: TemporaryFolder
    private let bucket: CloudBucket
    private let key = "input/preserve/a.mp4"

    init() throws {
        folder = try TemporaryFolder()
        bucket = try CloudBucket(.moto)
    }

    /// Expects a permanent failure without an output.
    private func expectRefusal(_ outcome: CommandOutcome, _ code: String, _ words: String...) throws {
        #expect(outcome.end == .exit(10), "\(outcome.error)")
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
        let report = try bucket.report("preserve/a.mp4")
        #expect(report.error?.code == code && report.exitCode == 10)
        #expect(try bucket.keys("output/") == [])
        #expect(try bucket.uploads() == [])
    }

    @Test("A source that is deleted before its job starts is not encoded", arguments: [true, false])
    func deletedBefore(isPinned: Bool) throws {
        try bucket.enableVersions()
        let version = try bucket.putVersion(key, from: CloudSource.small.path)
        try bucket.delete(key)
        let reads = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            if request.hasPrefix("GET"), request.contains("/input/") { _ = reads.next() }
        }
        defer { proxy.stop() }
        let variables = isPinned ? ["S3_VERSION_ID": version] : [:]
        try expectRefusal(try bucket.job(key, endpoint: proxy.origin, variables).run(), "no-source", key)
        #expect(reads.value == 0)
    }

    /// Starts a job that takes minutes, and waits until it encodes.
    private func startSlowly(_ version: String?, chunks: String = "off") throws -> RunningCommand {
        var variables = [
            "REELPRESS_PRESET": "placebo", "REELPRESS_SOURCE_CHECK": "0.2", "REELPRESS_CHUNKS": chunks,
        ]
        variables["S3_VERSION_ID"] = version
        let running = try bucket.job(key, variables).start()
        try Process.childIsBusy(running.process, seconds: 1)
        return running
    }

    @Test("A job ends soon after its source was deleted", arguments: [(true, "off"), (false, "off"), (true, "100")])
    func deletedMeanwhile(isVersioned: Bool, chunks: String) throws {
        if isVersioned { try bucket.enableVersions() }
        let version = try bucket.call("put_object", ["Key": key], file: CloudSource.long).versionId
        #expect((version != nil) == isVersioned)
        let running = try startSlowly(version, chunks: chunks)
        try bucket.delete(key)
        try expectRefusal(try running.wait(within: 20), "no-source", key, "deleted")
    }

    @Test("A job ends soon after its source was replaced", arguments: [true, false])
    func replacedMeanwhile(isVersioned: Bool) throws {
        if isVersioned { try bucket.enableVersions() }
        let version = try bucket.call("put_object", ["Key": key], file: CloudSource.long).versionId
        let running = try startSlowly(version)
        try bucket.put(key, from: CloudSource.small.path)
        let outcome = try running.wait(within: 20)
        #expect(outcome.end == .exit(20) && outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(try bucket.report("preserve/a.mp4").error?.code == "modified-source")
        #expect(try bucket.keys("output/") == [])
        #expect(try bucket.uploads() == [])
    }

    /// HEAD describes an archived object; only GET is refused.
    @Test("An archived source has to be restored", arguments: ["GLACIER", "DEEP_ARCHIVE"])
    func archived(storageClass: String) throws {
        try bucket.call("put_object", ["Key": key, "StorageClass": storageClass], file: CloudSource.small.path)
        try expectRefusal(try bucket.job(key).run(), "archived-source", "InvalidObjectState", "restore it")
    }

    /// A key below input/preserve/ of so many bytes.
    private func longKey(_ bytes: Int, _ fileExtension: String) -> String {
        let start = "input/preserve/" + String(repeating: "folder/", count: 100)
        let end = ".\(fileExtension)"
        return start + String(repeating: "n", count: bytes - start.utf8.count - end.utf8.count) + end
    }

    @Test("A long key has an output as long as the output's key fits") func longKey() throws {
        let key = longKey(1020, "mp4")
        try bucket.put(key, from: CloudSource.small.path)
        let outcome = try bucket.job(key).run()
        #expect(outcome.end == .exit(0) && outcome.error == "", "\(outcome.error)")
        let output = "output" + key.dropFirst("input".count)
        #expect(try bucket.keys("output/") == [output])
        // The report's key has 1,027 bytes.
        #expect(try bucket.keys("reports/") == [])
    }

    @Test("A key whose output's key doesn't fit is refused") func tooLongKey() throws {
        let key = longKey(1024, "ts")
        try bucket.put(key, from: CloudSource.small.path)
        let outcome = try bucket.job(key).run()
        #expect(outcome.end == .exit(10), "\(outcome.error)")
        #expect(outcome.error.contains("1,024 bytes") && outcome.error.contains("rename the source"))
        #expect(try bucket.keys("output/") == [])
    }
}
