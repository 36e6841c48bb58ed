import TestSupport
import Testing

/// Where a setting can be given.
enum Way: CaseIterable {
    case option, environment

    func arguments(_ name: String, _ value: String) -> [String] { self == .option ? ["--\(name)", value] : [] }

    func environment(_ name: String, _ value: String) -> [String: String] {
        self == .environment ? [Self.variable(name): value] : [:]
    }

    static func variable(_ name: String) -> String {
        "REELPRESS_" + name.uppercased().split(separator: "-").joined(separator: "_")
    }
}

@Suite("Bucket / settings") struct SettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ size: String = "128x128") throws -> String {
        try FFmpeg.make(folder("source.mp4"), FFmpeg.video(size) + FFmpeg.h264 + ["-frames:v", "5"])
    }

    /// Encodes with one setting given.
    private func encode(_ name: String, _ value: String, _ way: Way, _ source: String) throws -> String {
        let output = folder("output.mp4")
        let preset = name == "preset" ? [:] : ["REELPRESS_PRESET": "ultrafast"]
        let environment = preset.merging(way.environment(name, value)) { $1 }
        let outcome = try Worker.run(
            ["encode", source, output, "--overwrite"] + way.arguments(name, value),
            environment: environment
        )
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        return output
    }

    /// x265 writes the settings that it runs with into the stream.
    @Test(
        "Encoder settings reach x265",
        arguments: [
            ("crf", "33", "crf=33.0", "28"), ("preset", "superfast", "subme=1", "ultrafast"),
            ("x265-params", "keyint=7:qcomp=0.70", "keyint=7 ", "keyint=9"),
        ],
        Way.allCases
    )
    func encoder(setting: (name: String, value: String, mark: String, other: String), way: Way) throws {
        let source = try source()
        func marks(_ value: String) throws -> Bool {
            let bytes = try FileBytes.read(try encode(setting.name, value, way, source))
            let text = String(decoding: bytes.map { $0 < 128 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
            return text.contains(" \(setting.mark)")
        }
        #expect(try marks(setting.value))
        #expect(try !marks(setting.other))
    }

    @Test(
        "--container decides the container", arguments: Way.allCases,
        [("mp4", "mov,mp4,m4a,3gp,3g2,mj2"), ("mkv", "matroska,webm")])
    func container(way: Way, container: (name: String, format: String)) throws {
        let output = try encode("container", container.name, way, try source())
        #expect(try Probe(output).format.formatName == container.format)
    }

    @Test("--policy decides the resolution", arguments: Way.allCases, [("preserve", 2880), ("downscale", 2560)])
    func policy(way: Way, policy: (name: String, width: Int)) throws {
        let source = try source("2880x1620")
        #expect(try Probe(try encode("policy", policy.name, way, source)).video?.width == policy.width)
    }

    @Test("--log decides the output on the terminal", arguments: Way.allCases)
    func log(way: Way) throws {
        let bucket = try TemporaryFolder()
        _ = try FFmpeg.make(bucket("input/a.mp4"), FFmpeg.video("128x128") + FFmpeg.h264)
        func run(_ log: String, crf: String) throws -> CommandOutcome {
            try Worker.bucket(
                bucket,
                ["--crf", crf] + way.arguments("log", log),
                environment: way.environment("log", log)
            )
        }
        let quiet = try run("quiet", crf: "30")
        #expect(quiet.output == "" && quiet.error == "")
        let progress = try run("progress", crf: "31")
        #expect(progress.output.contains("a.mp4"))
        #expect(progress.error.contains(" fps"))
        let debug = try run("debug", crf: "32")
        #expect(debug.error.contains("x265 [info]"))
    }

    @Test("An option overrides the environment") func precedence() throws {
        let output = folder("output.mp4")
        let outcome = try Worker.run(
            ["encode", try source(), output, "--crf", "33", "--preset", "ultrafast"],
            environment: ["REELPRESS_CRF": "20"]
        )
        try #require(outcome.end == .exit(0))
        let text = String(decoding: try FileBytes.read(output).map { $0 & 127 }, as: UTF8.self)
        #expect(text.contains("crf=33.0"))
    }

    @Test(
        "A bad value is refused by name",
        arguments: [
            ("crf", "abc"), ("crf", "52"), ("crf", "-1"), ("crf", "nan"), ("preset", "quick"), ("container", "avi"),
            ("policy", "upscale"), ("log", "loud"), ("x265-params", "crf=3"), ("x265-params", "csv=/tmp/x"),
            ("x265-params", "nonsense=3"), ("x265-params", "keyint=abc"),
        ],
        Way.allCases
    )
    func badValue(setting: (name: String, value: String), way: Way) throws {
        let output = folder("output.mp4")
        // Joined by an equals sign, so that a value may begin with a dash.
        let option = way == .option ? ["--\(setting.name)=\(setting.value)"] : []
        let outcome = try Worker.run(
            ["encode", try source(), output] + option,
            environment: way.environment(setting.name, setting.value)
        )
        #expect(outcome.end == .exit(2))
        let name = way == .option ? "--\(setting.name)" : Way.variable(setting.name)
        let line = try #require(outcome.errorLines.first)
        #expect(line.contains(name), "\(line)")
        #expect(line.contains(setting.value.prefix { $0 != "=" }), "\(line)")
        #expect(!FileBytes.exists(output))
    }

    /// The worker restarts itself to set the C library's tunables, where the system's huge pages are left to programs.
    @Test("The worker starts with tunables of the C library set to none", arguments: ["", "glibc.malloc.hugetlb=0"])
    func tunables(value: String) throws {
        let outcome = try Worker.command(["--help"], environment: ["GLIBC_TUNABLES": value]).run(within: 60)
        #expect(outcome.end == .exit(0))
    }
}
