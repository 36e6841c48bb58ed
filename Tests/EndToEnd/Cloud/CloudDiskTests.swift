import Glibc
import TestSupport
import Testing

/// A job in S3 writes no file.
@Suite("Cloud / disk") struct CloudDiskTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Calls that make or change files, except for one that opens to read.
    private static let calls = [
        "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2",
        "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "truncate", "ftruncate", "fallocate",
        "memfd_create", "setxattr", "fsetxattr",
    ]

    /// Calls seen by strace that do more than read.
    private func writes(_ command: Command, _ end: CommandOutcome.End = .exit(0)) throws -> [Substring] {
        let log = folder("trace")
        var command = command
        command.arguments =
            ["strace", "-f", "-qq", "--seccomp-bpf", "-o", log, "-e", "trace=\(Self.calls.joined(separator: ","))"]
            + command.arguments
        let outcome = try command.run()
        #expect(outcome.end == end, "\(outcome.error)")
        let lines = String(decoding: try FileBytes.read(log), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains { $0.contains("/proc/self/status") }, "strace saw too little")
        return lines.filter { line in
            guard line.contains("(") else { return false }
            let isOpening = line.contains(" open")
            let isWriting = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].contains { line.contains($0) }
            return (!isOpening || isWriting) && !line.contains("\"/dev/null\"")
        }
    }

    @Test("A job in S3 writes no file", arguments: ["small", "large", "copied", "refused", "chunks"])
    func noFile(way: String) throws {
        let bucket = try CloudBucket(.rclone)
        var settings = ["REELPRESS_LARGER": way == "copied" ? "copy" : "keep"]
        var end = CommandOutcome.End.exit(0)
        switch way {
        case "refused":
            try bucket.put("input/a.mkv", "This is no video.")
            end = .exit(10)
        case "chunks":
            try bucket.put("input/a.mkv", from: try ChunkSource.streams.make(folder("source.mkv")))
            settings["REELPRESS_CHUNKS"] = "\(ChunkSource.frames)"
        case "large": try bucket.put("input/a.mkv", from: CloudSource.large.path)
        default: try bucket.put("input/a.mkv", from: CloudSource.small.path)
        }
        if way == "copied" { settings["REELPRESS_CRF"] = "1" }
        #expect(try writes(bucket.job("input/a.mkv", settings), end) == [])
        let report = try bucket.report("preserve/a.mkv")
        let status = ["copied": "kept", "refused": "failed"][way] ?? "done"
        #expect(report.status == status)
        if way == "chunks" { #expect(report.chunks?.total ?? 0 > 2) }
    }

    /// The check itself sees a file that is written.
    @Test("The check for written files sees a local job's") func localJob() throws {
        let command = Worker.command(["encode", try CloudSource.small.path, folder("out.mp4"), "--preset", "ultrafast"])
        #expect(try writes(command).contains { $0.contains("out.mp4") })
    }

    @Test("A job in S3 works on a read-only system") func readOnly() throws {
        let bucket = try CloudBucket(.rclone)
        try bucket.put("input/a.mkv", from: CloudSource.large.path)
        var command = bucket.job("input/a.mkv")
        let script = """
            for place in / /tmp /var/tmp /dev/shm /work /root /run; do
                [ -d $place ] || continue
                mount --bind $place $place && mount -o remount,bind,ro $place || exit 99
            done
            cd / && ! touch /x /tmp/x /dev/shm/x 2>/dev/null || exit 98
            exec "$@"
            """
        command.arguments = ["unshare", "-m", "bash", "-c", script, "bash"] + command.arguments
        let outcome = try command.run()
        if geteuid() != 0 || outcome.end == .exit(99) || outcome.error.hasPrefix("unshare") {
            // A plain container may not mount; the tests with strace check the same.
            print("skipped: nothing can be mounted here (\(outcome.error))")
            return
        }
        #expect(outcome.end == .exit(0), "\(outcome.error)")
        #expect(try bucket.get("output/preserve/a.mkv") == CloudSource.large.output)
    }
}
