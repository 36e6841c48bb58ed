import Glibc
import TestSupport
import Testing

/// The signals of a Spot interruption, and the leftovers of a dead job.
@Suite("Cloud / interruption") struct CloudInterruptionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func start(_ bucket: CloudBucket, _ path: String, _ more: [String: String] = [:]) throws -> RunningCommand {
        try bucket.put("input/preserve/a.mkv", from: path)
        return try bucket.job("input/preserve/a.mkv", more).start()
    }

    private func expectInterrupted(_ bucket: CloudBucket, _ outcome: CommandOutcome) throws {
        #expect(outcome.end == .exit(30))
        #expect(outcome.output == "" && outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(try bucket.keys("output/") == [])
        #expect(try bucket.uploads() == [])
        let report = try bucket.report("preserve/a.mkv")
        #expect(report.status == "interrupted" && report.exitCode == 30 && report.error?.code == "interrupted")
    }

    @Test("A signal ends a job in time while it encodes", arguments: [SIGTERM, SIGINT])
    func encoding(signal: Int32) throws {
        let bucket = try CloudBucket(.moto)
        let running = try start(bucket, CloudSource.long)
        try Process.childIsBusy(running.process)
        running.send(signal)
        try expectInterrupted(bucket, try running.wait(within: 10))
    }

    @Test("A signal aborts the upload") func upload() throws {
        let bucket = try CloudBucket(.moto)
        // Parts go up, but the source comes slowly, so that it isn't done too soon.
        let proxy = FaultProxy(to: bucket.server.process.port) { if $0.hasPrefix("GET") { usleep(300_000) } }
        defer { proxy.stop() }
        try bucket.put("input/preserve/a.mkv", from: CloudSource.large.path)
        let running = try bucket.job("input/preserve/a.mkv", endpoint: proxy.origin).start()
        try Wait.until("an upload") { try bucket.uploads() == ["output/preserve/a.mkv"] }
        running.send(SIGTERM)
        try expectInterrupted(bucket, try running.wait(within: 10))
    }

    /// The encoder has started frames that take longer than the time that is left.
    @Test("A signal ends a job in time in the middle of slow frames") func slowFrames() throws {
        let bucket = try CloudBucket(.rclone)
        let source = try FFmpeg.make(
            folder("4k.mkv"), FFmpeg.video("3840x2160", rate: 10, seconds: 3) + FFmpeg.h264)
        let running = try start(bucket, source, ["REELPRESS_PRESET": "placebo"])
        try Process.childIsBusy(running.process, seconds: 6)
        running.send(SIGTERM)
        try expectInterrupted(bucket, try running.wait(within: 10))
    }

    /// No server answers any more: there is no report, but the job ends.
    @Test("A signal ends a job in time on a dead network") func deadNetwork() throws {
        let bucket = try CloudBucket(.rclone)
        let requests = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { _ in if requests.next() > 4 { sleep(60) } }
        defer { proxy.stop() }
        try bucket.put("input/preserve/a.mkv", from: CloudSource.large.path)
        let running = try bucket.job("input/preserve/a.mkv", endpoint: proxy.origin).start()
        try Wait.until("five requests") { requests.value > 4 }
        running.send(SIGTERM)
        #expect(try running.wait(within: 10).end == .exit(30))
        #expect(try bucket.keys("output/") == [])
    }

    @Test("A second signal ends a job at once") func secondSignal() throws {
        let bucket = try CloudBucket(.moto)
        let running = try start(bucket, CloudSource.long)
        try Process.childIsBusy(running.process)
        running.send(SIGTERM)
        usleep(10_000)
        running.send(SIGTERM)
        #expect(try running.wait(within: 10).end == .exit(30))
        #expect(try bucket.keys("output/") == [])
    }

    /// As if memory ran out: the job is gone, and its supervisor reports it.
    @Test("The supervisor reports a job that crashed", arguments: [SIGKILL, SIGSEGV])
    func lostJob(signal: Int32) throws {
        let bucket = try CloudBucket(.moto)
        let running = try start(bucket, CloudSource.long)
        try Process.childIsBusy(running.process)
        kill(try Process.child(of: running.process), signal)
        let outcome = try running.wait(within: 10)
        #expect(outcome.end == .exit(20))
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        let report = try bucket.report("preserve/a.mkv")
        #expect(report.status == "failed" && report.error?.code == "crashed" && report.exitCode == 20)
        #expect(report.resources.cpuSeconds > 0 && report.resources.peakResidentBytes > 10 << 20)
        #expect(try bucket.keys("output/") == [])
    }

    /// A crash at the same place would be paid ten times.
    @Test("A job that crashes for the third time in a row is not retried") func repeatedCrash() throws {
        let bucket = try CloudBucket(.moto)
        func crash(_ attempt: Int, by signal: Int32 = SIGSEGV) throws -> CommandOutcome {
            let variables = ["AWS_BATCH_JOB_ID": "job-1", "AWS_BATCH_JOB_ATTEMPT": "\(attempt)"]
            let running = try start(bucket, CloudSource.long, variables)
            try Process.childIsBusy(running.process)
            kill(try Process.child(of: running.process), signal)
            return try running.wait(within: 10)
        }
        #expect(try crash(1).end == .exit(20))
        #expect(try bucket.report("preserve/a.mkv").job?.crashes == 1)
        #expect(try crash(2).end == .exit(20))
        // An interruption says nothing about the source.
        #expect(try crash(3, by: SIGTERM).end == .exit(30))
        #expect(try bucket.report("preserve/a.mkv").job?.crashes == 2)
        let outcome = try crash(4)
        #expect(outcome.end == .exit(11) && outcome.errorLines.count == 1)
        #expect(outcome.error.contains("crashed for the third time"), "\(outcome.error)")
        let report = try bucket.report("preserve/a.mkv")
        #expect(report.error?.code == "crashed-repeatedly" && report.exitCode == 11 && report.job?.crashes == 3)
    }

    /// In a control group with less memory than the encoder needs.
    @Test("The supervisor reports a job that ran out of memory") func outOfMemory() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/preserve/a.mkv", from: CloudSource.long)
        let script = """
            top=/sys/fs/cgroup limit=memory.max
            [ -d $top/memory ] && top=$top/memory limit=memory.limit_in_bytes
            group=$top/reelpress-$$
            mkdir $group && echo 90000000 > $group/$limit && echo $$ > $group/cgroup.procs || exit 99
            [ ! -e $group/memory.swap.max ] || echo 0 > $group/memory.swap.max
            mount --bind $group $top || exit 99
            "$@"
            code=$?
            umount $top; echo $$ > $top/cgroup.procs; rmdir $group
            exit $code
            """
        var command = bucket.job("input/preserve/a.mkv", ["REELPRESS_PRESET": "slow"])
        command.arguments = ["unshare", "-m", "bash", "-c", script, "bash"] + command.arguments
        let outcome = try command.run()
        if geteuid() != 0 || outcome.end == .exit(99) || outcome.error.hasPrefix("unshare") {
            print("skipped: no control group can be made here (\(outcome.error))")
            return
        }
        #expect(outcome.end == .exit(10) && outcome.error.contains("ran out of memory"), "\(outcome.error)")
        let report = try bucket.report("preserve/a.mkv")
        #expect(report.status == "failed" && report.error?.code == "out-of-memory")
        #expect(report.cost?.memoryBytes ?? 0 <= 90_000_000 && report.resources.wallSeconds > 0)
        #expect(try bucket.keys("output/") == [])
    }

    @Test("A job ends when its supervisor is killed") func killedSupervisor() throws {
        let bucket = try CloudBucket(.moto)
        let running = try start(bucket, CloudSource.long)
        let process = try Process.child(of: running.process)
        running.send(SIGKILL)
        _ = try running.wait()
        try Wait.until("the end of process \(process)", within: 10) { kill(process, 0) != 0 }
        #expect(!FileBytes.exists("/proc/\(process)/exe"))
    }

    @Test("The next attempt reports a lost one and removes its upload") func nextAttempt() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/preserve/a.mkv", from: CloudSource.small.path)
        for key in ["output/preserve/a.mp4", "output/preserve/a.mkv", "output/preserve/a.mkv.mp4", "output/b.mp4"] {
            try bucket.call("create_multipart_upload", ["Key": key])
        }
        func run(_ attempt: String) throws -> JobReport {
            let variables = [
                "AWS_BATCH_JOB_ID": "job-1", "AWS_BATCH_JOB_ATTEMPT": attempt, "REELPRESS_CONTAINER": "mkv",
            ]
            let outcome = try bucket.job("input/preserve/a.mkv", variables).run()
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            return try bucket.report("preserve/a.mkv")
        }
        let first = try run("2")
        #expect(first.job?.id == "job-1" && first.job?.attempt == 2)
        #expect(first.job?.previousAttempt?.contains("without a report") == true)
        #expect(try bucket.uploads() == ["output/b.mp4"])
        #expect(try run("3").job == JobReport.Job(id: "job-1", attempt: 3))
    }
}
