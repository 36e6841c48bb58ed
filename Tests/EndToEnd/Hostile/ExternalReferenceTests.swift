import TestSupport
import Testing

/// The named source is the only file that is read.
@Suite("Hostile / references to other files") struct ExternalReferenceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func movie() throws -> [UInt8] {
        try FileBytes.read(
            try FFmpeg.make(
                folder("movie.mov"),
                [
                    "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=0.4", "-c:v", "rawvideo", "-pix_fmt",
                    "rgb24",
                ]
            ))
    }

    /// Writes a hostile file and its canary into a folder of their own.
    private func lay(_ file: HostileFile, in place: String) throws -> (canary: Canary, source: String) {
        let content = [UInt8](repeating: 0x47, count: 200_000)
        let canary = try Canary(at: folder("\(place)/\(file.canaryName)"), content)
        let source = folder("\(place)/\(file.name)")
        try FileBytes.write(file.bytes(canary, movie: try movie()), to: source)
        _ = canary.touches()
        return (canary, source)
    }

    @Test("A hostile source makes the worker open no other file or connection", arguments: HostileFile.allCases)
    func untouched(file: HostileFile) throws {
        let (canary, source) = try lay(file, in: file.rawValue)
        let output = folder("\(file.rawValue)/out.mkv")
        let outcome = try Worker.run(["encode", source, output, "--preset", "ultrafast"])
        if file.isRefused {
            #expect(outcome.end == .exit(10))
            #expect(outcome.errorLines.count == 1, "\(outcome.error)")
            #expect(!FileBytes.exists(output))
        } else {
            #expect(outcome.end == .exit(0))
        }
        #expect(canary.touches() == 0)
        if file == .aliasReference {
            #expect(try JobReport.read("\(output).json").error?.code == "unsupported")
            #expect(outcome.error.contains("another file"), "\(outcome.error)")
        }
    }

    /// The same files make an unrestricted reader touch the canary, so the test above can fail.
    @Test(
        "A hostile source does make an unrestricted reader open other files",
        arguments: HostileFile.allCases.filter(\.worksOnAnOpenReader))
    func openReader(file: HostileFile) throws {
        let (canary, source) = try lay(file, in: "open-\(file.rawValue)")
        let format: [String] =
            switch file {
            case .playlist, .playlistOfURL: ["-f", "hls", "-allowed_extensions", "ALL"]
            case .concatenation: ["-f", "concat", "-safe", "0"]
            case .manifest: ["-f", "dash"]
            case .imagePattern: ["-f", "image2"]
            case .aliasReference: ["-enable_drefs", "1", "-use_absolute_path", "1"]
            default: []
            }
        let trust = ["-protocol_whitelist", "file,http,tcp,crypto,data"]
        // It may wait forever for the canary's answer.
        _ = try? Command(["ffprobe", "-v", "error"] + format + trust + [source]).run(within: 3)
        #expect(canary.touches() > 0)
    }

    /// Seen by strace, all files in one run.
    @Test("The system sees no other file or connection opened for hostile sources") func traced() throws {
        var (canaries, sources): ([Canary], [String]) = ([], [])
        for file in HostileFile.allCases {
            let (canary, source) = try lay(file, in: "traced-\(file.rawValue)")
            canaries.append(canary)
            sources.append(source)
        }
        let log = folder("strace.log")
        let loop = "for source; do \"$0\" encode \"$source\" \"$source.mkv\" --preset ultrafast; done; true"
        let trace = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,connect,socket,sendto", "-o", log]
        let outcome: CommandOutcome
        do { outcome = try Command(trace + ["bash", "-c", loop, Worker.path] + sources).run() } catch {
            print("skipped: no strace here (\(error))")
            return
        }
        guard outcome.end == .exit(0), !outcome.error.contains("ptrace") else {
            print("skipped: programs may not be traced here (\(outcome.error))")
            return
        }
        let lines = String(decoding: try FileBytes.read(log), as: UTF8.self).split(separator: "\n")
        for source in sources { #expect(lines.contains { $0.contains("\"\(source)\"") }, "\(source) is not traced") }
        let touches = lines.filter { line in
            line.contains("AF_INET") || canaries.contains { line.contains("\"\($0.path)\"") }
        }
        #expect(touches == [])
        print("canary suite: \(sources.count) hostile files, \(lines.count) traced calls, touches \(touches.count)")
    }

    @Test("An attachment is copied and written to no file") func attachment() throws {
        let canary = try Canary(at: folder("canary.ttf"))
        let video = try FFmpeg.make(folder("plain.mkv"), FFmpeg.video("64x64") + FFmpeg.h264)
        try FileBytes.write(Array("a font".utf8), to: folder("font"))
        let source = folder("source.mkv")
        let merge = try Command([
            "mkvmerge", "-q", "-o", source, "--attachment-name", canary.path, "--attachment-mime-type", "font/ttf",
            "--attach-file", folder("font"), video,
        ]).run()
        #expect(merge.end == .exit(0), "\(merge.output)")
        _ = canary.touches()
        try Worker.encode(source, folder("out.mkv"))
        #expect(canary.touches() == 0)
        #expect(String(decoding: try FileBytes.read(canary.path), as: UTF8.self) == "canary")
    }
}
