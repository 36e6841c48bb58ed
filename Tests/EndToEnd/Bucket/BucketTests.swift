import TestSupport
import Testing

@Suite("Bucket / layout") struct BucketTests {
    private let bucket: TemporaryFolder

    init() throws { bucket = try TemporaryFolder() }

    private func add(_ key: String, _ size: String = "64x64") throws {
        _ = try FFmpeg.make(
            bucket(key),
            FFmpeg.video(size) + FFmpeg.h264 + ["-frames:v", "5", "-f", key.hasSuffix("mkv") ? "matroska" : "mp4"]
        )
    }

    private func status(_ path: String) throws -> String { try JobReport.read(bucket("reports/\(path).json")).status }

    @Test("Outputs and reports lie where the layout says") func layout() throws {
        let sources = ["input/downscale/a/b.mp4", "input/preserve/c.mov", "input/other/d.m4v", "input/e.mp4"]
        for key in sources { try add(key) }
        let before = try sources.map { try FileBytes.read(bucket($0)) }
        let outcome = try Worker.bucket(bucket)
        #expect(outcome.end == .exit(0))
        #expect(outcome.error == "")
        #expect(
            try bucket.files(below: "output")
                == ["downscale/a/b.mp4", "preserve/c.mp4", "preserve/e.mp4", "preserve/other/d.mp4"]
        )
        let reports = ["downscale/a/b.mp4", "preserve/c.mov", "preserve/e.mp4", "preserve/other/d.m4v"]
        let files = reports.flatMap { ["\($0).html", "\($0).json"] }
        #expect(try bucket.files(below: "reports") == (files + ["index.html"]).sorted())
        #expect(outcome.output.hasSuffix("\n\(bucket.path)/reports/index.html\n"))
        let summary = String(decoding: try FileBytes.read(bucket("reports/index.html")), as: UTF8.self)
        for report in reports { #expect(summary.contains("href=\"\(report).html\"")) }
        for path in try bucket.files(below: "output") {
            #expect(try Probe(bucket("output/\(path)")).video?.codecName == "hevc")
        }
        #expect(try sources.map { try FileBytes.read(bucket($0)) } == before)
        #expect(try bucket.files(below: "input").count == sources.count)
    }

    @Test("A second run encodes nothing") func unchanged() throws {
        try add("input/preserve/a.mp4")
        #expect(try Worker.bucket(bucket).end == .exit(0))
        let output = bucket("output/preserve/a.mp4")
        let before = try FileBytes.identity(output)
        #expect(try status("preserve/a.mp4") == "done")
        let second = try Worker.bucket(bucket)
        #expect(second.end == .exit(0))
        #expect(try FileBytes.identity(output) == before)
        #expect(try status("preserve/a.mp4") == "unchanged")
    }

    @Test("Changed settings and sources replace the own output") func replaced() throws {
        try add("input/preserve/a.mp4")
        #expect(try Worker.bucket(bucket, ["--crf", "20"]).end == .exit(0))
        let output = bucket("output/preserve/a.mp4")
        let first = try FileBytes.read(output)
        #expect(try Worker.bucket(bucket, ["--crf", "45"]).end == .exit(0))
        let second = try FileBytes.read(output)
        #expect(second.count < first.count)
        #expect(try status("preserve/a.mp4") == "done")
        try add("input/preserve/a.mp4", "128x64")
        #expect(try Worker.bucket(bucket, ["--crf", "45"]).end == .exit(0))
        #expect(try Probe(output).video?.width == 128)
        #expect(try bucket.files(below: "output") == ["preserve/a.mp4"])
    }

    @Test("Two sources whose names differ in the extension have an output each") func sameStem() throws {
        try add("input/preserve/a.mov", "64x64")
        try add("input/preserve/a.mp4", "128x64")
        let wanted = ["preserve/a.mp4", "preserve/a.mp4.mp4"]
        for crf in ["20", "20", "40"] {
            #expect(try Worker.bucket(bucket, ["--crf", crf]).end == .exit(0))
            #expect(try bucket.files(below: "output") == wanted)
            #expect(try wanted.map { try Probe(bucket("output/\($0)")).video?.width } == [64, 128])
        }
    }

    @Test("A file that is no output of ours is not overwritten") func foreignFile() throws {
        try add("input/preserve/a.mov")
        try FileBytes.write("mine".utf8, to: bucket("output/preserve/a.mp4"))
        #expect(try Worker.bucket(bucket).end == .exit(0))
        #expect(try FileBytes.read(bucket("output/preserve/a.mp4")) == Array("mine".utf8))
        #expect(try Probe(bucket("output/preserve/a.mov.mp4")).video?.codecName == "hevc")
    }

    @Test(
        "A source's name is kept, whatever its characters",
        arguments: [
            "two words", "a+b", "100%", "ünï", "u\u{308}", "🎬", "-dash", "it's \"it\"", "a.b.c", "..dots", "%41",
        ])
    func names(name: String) throws {
        let folder = "input/preserve/\(name)-folder"
        try add("\(folder)/\(name).mp4")
        let outcome = try Worker.bucket(bucket)
        #expect(outcome.end == .exit(0))
        let (outputs, reports) = (try bucket.files(below: "output"), try bucket.files(below: "reports"))
        // Swift compares two spellings of ü as equal; a file system doesn't.
        if name.hasPrefix(".") {
            // A hidden file is no source.
            #expect(outputs == [])
        } else {
            #expect(outputs.map { Array($0.utf8) } == [Array("preserve/\(name)-folder/\(name).mp4".utf8)])
            let report = "preserve/\(name)-folder/\(name).mp4"
            #expect(
                reports.filter { $0 != "index.html" }.map { Array($0.utf8) }
                    == ["\(report).html", "\(report).json"].map { Array($0.utf8) })
        }
    }

    @Test("Files that are no videos are skipped") func otherFiles() throws {
        try add("input/preserve/a.mp4")
        for name in ["a.srt", "readme.txt", "cover.JPG", ".hidden.mp4"] {
            try FileBytes.write("words".utf8, to: bucket("input/preserve/\(name)"))
        }
        let outcome = try Worker.bucket(bucket)
        #expect(outcome.end == .exit(0))
        #expect(outcome.error == "")
        #expect(try bucket.files(below: "reports") == ["index.html", "preserve/a.mp4.html", "preserve/a.mp4.json"])
        #expect(try bucket.files(below: "output") == ["preserve/a.mp4"])
    }

    @Test("One bad source doesn't stop the others") func badSource() throws {
        try FileBytes.write("words".utf8, to: bucket("input/preserve/a.mp4"))
        try add("input/preserve/b.mp4")
        #expect(try Worker.bucket(bucket).end == .exit(10))
        #expect(try bucket.files(below: "output") == ["preserve/b.mp4"])
        #expect(try status("preserve/a.mp4") == "failed")
    }
}
