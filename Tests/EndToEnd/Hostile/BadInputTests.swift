import Glibc
import TestSupport
import Testing

@Suite("Hostile / bad input") struct BadInputTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Source: String, CaseIterable, CustomTestStringConvertible {
        case empty, text, jpeg, mp3, cutMP4, noIndex, zeros, noFrames, cutMatroska, cutTransportStream, damagedSound

        var testDescription: String { rawValue }

        /// Codes of the report that say truly what is wrong.
        var codes: [String] {
            switch self {
            case .empty, .text, .zeros: ["unreadable-source"]
            case .jpeg: ["unreadable-source", "no-video"]
            case .mp3: ["unreadable-source", "no-video"]
            case .cutMP4, .noIndex, .cutMatroska: ["truncated-source"]
            case .cutTransportStream: ["truncated-source", "damaged-source"]
            case .noFrames: ["no-video"]
            case .damagedSound: ["damaged-source"]
            }
        }

        var fileExtension: String {
            switch self {
            case .cutMatroska: "mkv"
            case .cutTransportStream, .damagedSound: "ts"
            default: "mp4"
            }
        }
    }

    private func whole(_ fileExtension: String, _ options: [String] = []) throws -> [UInt8] {
        try FileBytes.read(
            try FFmpeg.make(
                folder("whole.\(fileExtension)"),
                FFmpeg.video(seconds: 2) + FFmpeg.tone(seconds: 2) + FFmpeg.h264 + ["-c:a", "aac"] + options
            )
        )
    }

    private func bytes(_ source: Source) throws -> [UInt8] {
        switch source {
        case .empty: return []
        case .text: return Array(String(repeating: "This is no video.\n", count: 500).utf8)
        case .zeros: return [UInt8](repeating: 0, count: 100_000)
        case .jpeg: return try FileBytes.read(try FFmpeg.make(folder("p.jpg"), FFmpeg.video() + ["-frames:v", "1"]))
        case .mp3: return try FileBytes.read(try FFmpeg.make(folder("s.mp3"), FFmpeg.tone()))
        case .cutMP4:
            let all = try whole("mp4", ["-movflags", "faststart"])
            return Array(all.prefix(all.count / 2))
        case .noIndex:
            let all = try whole("mp4")
            let index = try #require(try TopLevelBox.all(all).first { $0.kind == "moov" })
            return Array(all[..<index.range.lowerBound])
        case .noFrames:
            // The start of a fragmented file: a video track without samples.
            let all = try whole("mp4", ["-movflags", "frag_keyframe+empty_moov"])
            let index = try #require(try TopLevelBox.all(all).first { $0.kind == "moov" })
            return Array(all[..<index.range.upperBound])
        case .damagedSound:
            // ADTS headers with an invalid sample rate, from the middle on.
            var all = try whole("ts")
            for index in all.count / 2..<all.count - 6 where all[index] == 0xFF && all[index + 1] == 0xF1 {
                all[index + 2] = all[index + 2] & 0xC3 | 0x3C
            }
            return all
        case .cutMatroska, .cutTransportStream:
            let all = try whole(source.fileExtension)
            // Not between two packets of 188 bytes.
            return Array(all.prefix(all.count / 2 / 188 * 188 + 77))
        }
    }

    /// Expects one line that names the file, and a report of the failure.
    private func expectRefusal(_ outcome: CommandOutcome, _ code: Int32, _ source: String, _ report: String) throws {
        #expect(outcome.end == .exit(code))
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(outcome.error.contains(source), "\(outcome.error)")
        let report = try JobReport.read(report)
        #expect(report.status == "failed")
        #expect(report.exitCode == code)
        let error = try #require(report.error)
        #expect(!error.stage.isEmpty && !error.code.isEmpty && !error.message.isEmpty && !error.advice.isEmpty)
        #expect(outcome.error.contains(error.message))
    }

    @Test(
        "A source that is no complete video is refused with a reason",
        arguments: Source.allCases.filter { $0 != .cutTransportStream })
    func refused(source: Source) throws {
        let bucket = try TemporaryFolder()
        let name = "\(source.rawValue).\(source.fileExtension)"
        try FileBytes.write(try bytes(source), to: bucket("input/preserve/\(name)"))
        let outcome = try Worker.bucket(bucket)
        try expectRefusal(outcome, 10, name, bucket("reports/preserve/\(name).json"))
        let code = try JobReport.read(bucket("reports/preserve/\(name).json")).error?.code
        #expect(source.codes.contains(code ?? "none"), "\(code ?? "none")")
        let reports = ["index.html", "preserve/\(name).html", "preserve/\(name).json"].map { "reports/\($0)" }
        #expect(try bucket.files() == ["input/preserve/\(name)"] + reports)
    }

    /// A transport stream doesn't declare its length, so a truncated one can be complete up to its last frame.
    @Test("A truncated transport stream is refused, or complete up to its end") func truncatedTransportStream() throws {
        let (input, output) = (folder("cut.ts"), folder("out.mp4"))
        try FileBytes.write(try bytes(.cutTransportStream), to: input)
        let outcome = try Worker.run(["encode", input, output, "--preset", "ultrafast"])
        if outcome.end == .exit(0) {
            #expect(try Judge.frameTimestamps(input, output, tolerance: 0.0001, relative: true) == [])
            #expect(try Judge.decoding(output) == [])
        } else {
            try expectRefusal(outcome, 10, input, "\(output).json")
            #expect(!FileBytes.exists(output))
        }
    }

    @Test("A folder or a missing file is refused", arguments: ["a-folder", "missing.mp4"])
    func noFile(name: String) throws {
        _ = folder("a-folder/")
        let place = try TemporaryFolder()
        let (input, output) = (folder(name), place("out.mp4"))
        let outcome = try Worker.run(["encode", input, output, "--preset", "ultrafast"])
        try expectRefusal(outcome, 10, input, "\(output).json")
        #expect(try place.files() == ["out.mp4.html", "out.mp4.json"])
    }

    @Test("A file without read permission is refused") func noPermission() throws {
        let bucket = try TemporaryFolder()
        let input = bucket("input/preserve/locked.mp4")
        try FileBytes.write(try whole("mp4"), to: input)
        chmod(input, 0)
        var command = Worker.command(["bucket", bucket.path, "--preset", "ultrafast"])
        if geteuid() == 0 {
            // Root may read everything, so another user runs a copy of the worker.
            let copy = bucket("worker")
            try FileBytes.write(try FileBytes.read(Worker.path), to: copy)
            chmod(copy, 0o755)
            chmod(bucket.path, 0o777)
            let user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", copy]
            command.arguments = user + command.arguments.dropFirst()
        }
        let outcome = try command.run()
        try expectRefusal(outcome, 10, "locked.mp4", bucket("reports/preserve/locked.mp4.json"))
        #expect(try bucket.files(below: "output") == [])
    }

    @Test("A full disk is a transient failure", arguments: [false, true])
    func fullDisk(isFileSystem: Bool) throws {
        let source = try FFmpeg.make(
            folder("source.mp4"),
            FFmpeg.video("640x360", seconds: 2) + FFmpeg.h264 + ["-crf", "10"]
        )
        let (target, listing, report) = (folder("target/"), folder("listing"), folder("report.json"))
        let encode = [
            Worker.path, "encode", source, "\(target)out.mp4", "--preset", "ultrafast", "--crf", "5", "--report",
            report,
        ]
        let script =
            isFileSystem
            ? "mount -t tmpfs -o size=64k none \"$1\" || exit 99" : "ulimit -f 32"
        let shell = ["bash", "-c", "\(script); shift; \"${@:2}\"; code=$?; ls -A \"$0\" > \"$1\"; exit $code", target]
        let prefix = isFileSystem ? ["unshare", "-m"] : []
        let outcome = try Command(prefix + shell + [target, listing] + encode).run()
        if isFileSystem, geteuid() != 0 || outcome.end == .exit(99) || outcome.error.hasPrefix("unshare") {
            // A plain container may not mount; the other case of this test works everywhere.
            print("skipped: no file system can be mounted here (\(outcome.error))")
            return
        }
        try expectRefusal(outcome, 20, "out.mp4", report)
        #expect(try FileBytes.read(listing).isEmpty, "something was left in the target folder")
    }
}
