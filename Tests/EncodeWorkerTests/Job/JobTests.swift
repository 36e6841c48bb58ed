import AWSCore
import ArgumentParser
import EncodeJob
import Findings
import Glibc
import JobReport
import Media
import Synchronization
import TestSupport
import Testing
import Threads

@testable import EncodeWorker

/// Whole jobs in this process, where clocks can be shortened. One after the other: the process has one `Deadline`.
@Suite(.serialized) struct JobTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func settings(_ change: (inout Settings) -> Void = { _ in }) throws -> Settings {
        let variables = ["REELPRESS_PRESET": "ultrafast", "REELPRESS_LARGER": "keep", "REELPRESS_LOG": "quiet"]
        var settings = try SettingsOptions.parse([]).resolve(AWSEnvironment(variables))
        change(&settings)
        return settings
    }

    /// A source of some seconds of video and `megabytes` of audio, which is copied.
    private func source(seconds: Double = 8, megabytes: Double) throws -> String {
        let path = folder("source.mkv")
        let noise = "anoisesrc=r=192000:d=\(megabytes / 3.072):a=1:seed=1,aformat=sample_fmts=s16:channel_layouts=7.1"
        let outcome = try Command(
            [
                "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i",
                "testsrc2=size=64x64:rate=25:duration=\(seconds)",
            ]
                + ["-f", "lavfi", "-i", noise, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le", path]
        ).run()
        guard outcome.end == .exit(0) else { throw CommandFailure(outcome.error) }
        return path
    }

    /// Seconds of an outage. A hundredth of them passes, as of every pause and of the stall limit of ten minutes.
    @Test("A job survives an outage in its middle and encodes once", arguments: [60.0, 540])
    func outage(seconds: Double) throws {
        let bucket = "outage-\(Int(seconds))"
        let parts = Counter()
        let uploads = Counter()
        let outage = Mutex<FaultProxy?>(nil)
        let proxy = FaultProxy(to: MotoServer.shared.port) { request in
            if request.hasPrefix("POST"), request.contains("uploads=") { _ = uploads.next() }
            guard request.hasPrefix("PUT"), request.contains("partNumber"), parts.next() == 2 else { return }
            outage.withLock { $0 }?.goAway(for: .milliseconds(seconds * 10))
        }
        defer { proxy.stop() }
        outage.withLock { $0 = proxy }
        let environment = AWSEnvironment([
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": proxy.origin,
        ])
        MotoServer.makeBucket(bucket)
        let settings = try settings { $0.stallTimeout = 6 }
        let usual = S3Session.usualRetry
        let session = try S3Session(
            settings, environment, interruption: Cancellation(),
            retry: RetryPolicy(
                maxAttempts: usual.maxAttempts, baseDelay: usual.baseDelay / 100, maxDelay: usual.maxDelay / 100))
        let store = S3Store(bucket, session)
        try store.put("input/preserve/a.mkv", try FileBytes.read(try source(megabytes: 24)))
        let keys = try #require(JobKeys(source: "input/preserve/a.mkv"))
        let end = JobRunner(settings: settings, interruption: Cancellation()).run(JobLocations(keys, in: store))
        #expect(end.status == .done, "\(String(describing: end.report.error))")
        #expect(end.report.status == .done && uploads.value == 1)
        #expect(try store.describe("output/preserve/a.mkv") != nil)
    }

    @Test("A job that can't end before its time-out fails early", arguments: [true, false])
    func timeout(isTooShort: Bool) throws {
        let store = LocalStore(root: folder.path)
        mkdir(folder("input"), 0o755)
        rename(try source(seconds: 60, megabytes: 0.1), folder("input/a.mkv"))
        let limit = TimeLimit(seconds: isTooShort ? 0.01 : 1000, minSeconds: 0.05, minShare: 0.001)
        let runner = JobRunner(settings: try settings { $0.timeLimit = limit }, interruption: Cancellation())
        let end = runner.run(JobLocations(try #require(JobKeys(source: "input/a.mkv")), in: store))
        #expect(end.status == (isTooShort ? .permanent : .done))
        #expect(end.report.error?.code == (isTooShort ? "too-slow" : nil))
        #expect(try store.describe("output/preserve/a.mp4") == nil || !isTooShort)
    }
}
