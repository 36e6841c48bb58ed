import Glibc
import TestSupport
import Testing

/// Two jobs at once: nothing is lost, nothing replaced.
@Suite("Cloud / races") struct CloudRaceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }
    private static let rounds = Soak.count("RACE_RUNS", usual: 2)

    private func wide() throws -> String {
        try FFmpeg.make(folder("wide.mp4"), FFmpeg.video("128x64") + FFmpeg.h264 + ["-frames:v", "10"])
    }

    private static let sizes = [true, false]

    @Test("Two jobs of one source leave one right output", arguments: sizes)
    func sameSource(isLarge: Bool) throws {
        let source = try isLarge ? CloudSource.large : CloudSource.small
        let key = "input/preserve/a.\(source.fileExtension)"
        for round in 0..<Self.rounds {
            let bucket = try CloudBucket(round % 2 == 0 ? .moto : .rclone)
            try bucket.put(key, from: source.path)
            let both = try (0..<2).map { _ in try bucket.job(key).start() }
            let ends = try both.map { try $0.wait() }
            #expect(ends.map(\.end) == [.exit(0), .exit(0)], "\(ends.map(\.error))")
            #expect(try bucket.keys("output/") == ["output/preserve/a.\(source.fileExtension)"])
            #expect(try bucket.get("output/preserve/a.\(source.fileExtension)") == source.output)
            #expect(try bucket.uploads() == [])
            // Each job writes a report and its page: those that stay may be of different jobs.
            let report = "reports/preserve/a.\(source.fileExtension)"
            #expect(try ["done", "unchanged"].contains(JobReport(try bucket.get("\(report).json")).status))
            let page = String(decoding: try bucket.get("\(report).html"), as: UTF8.self)
            #expect(["done", "unchanged"].contains { page.contains("data-status=\"\($0)\"") })
        }
    }

    /// `a.mov` and `a.mp4` both want `a.mp4`.
    @Test("Two sources that want one output name have an output each") func sameName() throws {
        let wide = try wide()
        for _ in 0..<Self.rounds {
            let bucket = try CloudBucket(.moto)
            try bucket.put("input/preserve/a.mov", from: CloudSource.small.path)
            try bucket.put("input/preserve/a.mp4", from: wide)
            let both = try ["mov", "mp4"].map { try bucket.job("input/preserve/a.\($0)").start() }
            let ends = try both.map { try $0.wait() }
            #expect(ends.map(\.end) == [.exit(0), .exit(0)], "\(ends.map(\.error))")
            let names = try bucket.keys("output/")
            let isMovieFirst = names.last == "output/preserve/a.mp4.mp4"
            #expect(
                names == [
                    "output/preserve/a.\(isMovieFirst ? "mp4" : "mov.mp4")",
                    "output/preserve/a.mp4\(isMovieFirst ? ".mp4" : "")",
                ])
            let widths = try names.map { try Probe(try bucket.get($0, to: folder("output.mp4"))).video?.width }
            #expect(Set(widths) == [64, 128])
            #expect(try bucket.uploads() == [])
        }
    }

    /// Another source's output appears after the last check: the condition of the request protects it.
    @Test("An output name that is taken in the last moment is not overwritten", arguments: sizes)
    func takenName(isLarge: Bool) throws {
        let source = try isLarge ? CloudSource.large : CloudSource.small
        let (bucket, ending) = (try CloudBucket(.moto), source.fileExtension)
        let (key, first) = ("input/preserve/a.mov", "output/preserve/a.\(ending)")
        try bucket.put(key, from: source.path)
        let count = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            let isLast = request.hasPrefix(isLarge ? "POST" : "PUT") && request.contains("/\(first)")
            if isLast, !request.contains("uploads="), count.next() == 1 { try? bucket.put(first, "somebody else's") }
        }
        defer { proxy.stop() }
        let outcome = try bucket.job(key, endpoint: proxy.origin).run()
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(count.value == 1)
        #expect(try bucket.get(first) == Array("somebody else's".utf8))
        #expect(try bucket.get("output/preserve/a.mov.\(ending)") == source.output)
        #expect(try bucket.uploads() == [])
        #expect(try bucket.report("preserve/a.mov").output?.key == "output/preserve/a.mov.\(ending)")
    }

    /// A faster job of the same source has published its output and removed the slower one's upload.
    @Test("A job whose upload a faster one removed finds the output") func slowerJob() throws {
        // moto answers a part of an upload that is gone as if it were broken.
        let (bucket, source) = (try CloudBucket(.rclone), try CloudSource.large)
        try bucket.put("input/preserve/a.mkv", from: source.path)
        let count = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            guard request.contains("partNumber=3"), count.next() == 1 else { return }
            let faster = try? bucket.job("input/preserve/a.mkv").run()
            #expect(faster?.end == .exit(0))
        }
        defer { proxy.stop() }
        let slower = try bucket.job("input/preserve/a.mkv", endpoint: proxy.origin).run()
        #expect(slower.end == .exit(0), "\(slower.error)")
        #expect(count.value == 1)
        #expect(try bucket.report("preserve/a.mkv").status == "unchanged")
        #expect(try bucket.get("output/preserve/a.mkv") == source.output)
        #expect(try bucket.uploads() == [])
    }

    @Test("A source that is overwritten during the job is a transient failure", arguments: CloudBucket.Server.allCases)
    func overwrittenSource(server: CloudBucket.Server) throws {
        let (bucket, source) = (try CloudBucket(server), try CloudSource.large)
        try bucket.put("input/preserve/a.mkv", from: source.path)
        let reads = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            if request.hasPrefix("GET"), request.contains("a.mkv"), reads.next() == 3 {
                try? bucket.put("input/preserve/a.mkv", from: CloudSource.small.path)
            }
        }
        defer { proxy.stop() }
        let outcome = try bucket.job("input/preserve/a.mkv", endpoint: proxy.origin).run()
        #expect(outcome.end == .exit(20))
        #expect(outcome.errorLines.count == 1 && outcome.error.contains("overwritten"), "\(outcome.error)")
        #expect(try bucket.report("preserve/a.mkv").error?.code == "modified-source")
        #expect(try bucket.keys("output/") == [])
        #expect(try bucket.uploads() == [])
        // The next attempt is about what is there now, whatever the job was submitted for.
        #expect(try bucket.job("input/preserve/a.mkv", ["S3_ETAG": "0123"]).run().end == .exit(0))
        #expect(try bucket.get("output/preserve/a.mp4") == CloudSource.small.output)
        #expect(try bucket.report("preserve/a.mkv").notes.contains { $0.contains("was replaced after") })
    }

    @Test("A source that is overwritten after its last byte was read is a transient failure")
    func overwrittenAfterRead() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.put("input/preserve/a.mp4", from: CloudSource.small.path)
        let heads = Counter()
        let proxy = FaultProxy(to: bucket.server.process.port) { request in
            // The first look opens it, the second one comes before the output is published.
            guard request.hasPrefix("HEAD"), request.contains("/input/"), heads.next() == 2 else { return }
            try? bucket.put("input/preserve/a.mp4", from: CloudSource.large.path)
        }
        defer { proxy.stop() }
        let outcome = try bucket.job("input/preserve/a.mp4", endpoint: proxy.origin).run()
        #expect(outcome.end == .exit(20))
        #expect(try bucket.report("preserve/a.mp4").error?.code == "modified-source")
        #expect(try bucket.keys("output/") == [])
    }

    /// A job for a version makes that version's output, but never in place of a newer one's.
    @Test("An older version never replaces a newer one's output") func versions() throws {
        let bucket = try CloudBucket(.moto)
        try bucket.enableVersions()
        let old = try bucket.putVersion("input/preserve/a.mp4", from: CloudSource.small.path)
        let new = try bucket.putVersion("input/preserve/a.mp4", from: try wide())
        func run(_ version: String) throws -> JobReport {
            let outcome = try bucket.job("input/preserve/a.mp4", ["S3_VERSION_ID": version]).run()
            #expect(outcome.end == .exit(0), "\(outcome.error)")
            return try bucket.report("preserve/a.mp4")
        }
        #expect(try run(old).status == "done")
        #expect(try bucket.get("output/preserve/a.mp4") == CloudSource.small.output)
        #expect(try run(new).status == "done")
        #expect(try Probe(try bucket.get("output/preserve/a.mp4", to: folder("new.mp4"))).video?.width == 128)
        #expect(try run(old).status == "unchanged")
        #expect(try Probe(try bucket.get("output/preserve/a.mp4", to: folder("new.mp4"))).video?.width == 128)
    }
}
